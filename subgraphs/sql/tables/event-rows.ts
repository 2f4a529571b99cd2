import type { UseCase } from '#use-cases/define.ts'
import type { Fields } from '#use-cases/fields.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { formatTimestamp, parseTimestamp } from '#use-cases/timestamp.ts'
import { lineageText } from './lineage.ts'
import { recordText } from './record-text.ts'
import type { Refusal, RowReader } from './row-reading.ts'
import { unstorableText } from './unstorable-text.ts'
import { isStorable } from './utc-text.ts'

/**
 * Reads events by the checks that learners apply, so that a table holds what a learner would learn from. The event is written anew
 * rather than copied: that costs a third of reading it, and leaves no repeated or undeclared member behind.
 */
export function createEventRows(useCase: UseCase): RowReader {
  const parse = createEventParser(useCase)
  const paths = timestampPaths(useCase.fields)
  const { time, id } = useCase
  return record => {
    const text = recordText(record.value)
    const parsed = parse(text ?? record.value)
    if (!parsed.ok) return { ok: false, code: parsed.code, message: parsed.message }
    const { event, timeMs } = parsed
    for (const path of paths) {
      const problem = settleTimestamp(event, path, id)
      if (problem) return problem
    }
    const json = JSON.stringify(event)
    const unstorable = unstorableText(json)
    if (unstorable) return unstorable
    const eventTime = { text: event[time] as string, ms: timeMs }
    return { ok: true, text: `${json.slice(0, -1)},${lineageText(record, eventTime)}`, rows: 1 }
  }
}

function timestampPaths(fields: Fields, before: readonly string[] = []): string[][] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.kind === 'timestamp') return [[...before, name]]
    return field.fields ? timestampPaths(field.fields, [...before, name]) : []
  })
}

/** Leaves a timestamp in UTC with at most microseconds; tells of one that no table can hold. */
function settleTimestamp(event: JsonEvent, path: readonly string[], useCase: string): Refusal | null {
  let holder = event
  for (const name of path.slice(0, -1)) {
    const inner = holder[name]
    if (typeof inner !== 'object' || inner === null) return null
    holder = inner as JsonEvent
  }
  const name = path.at(-1) as string
  const given = holder[name]
  if (typeof given !== 'string' || isPlainUtc(given)) return null
  const ms = parseTimestamp(given)
  if (!isStorable(ms)) {
    return {
      ok: false,
      code: 'TIME_OUT_OF_RANGE',
      message: `${useCase} event: "${path.join('.')}" is "${given}", wanted a date of the years 1 to 9999 in UTC.`,
    }
  }
  holder[name] = formatTimestamp(ms)
  return null
}

/** `2026-01-05T00:00:00.000000+00:00` or `…Z`, as nearly all are: nothing has to be done. */
function isPlainUtc(given: string): boolean {
  return (
    given.charAt(10) === 'T' &&
    given.length <= 32 &&
    !given.startsWith('0000') &&
    (given.endsWith('+00:00') || given.endsWith('Z'))
  )
}
