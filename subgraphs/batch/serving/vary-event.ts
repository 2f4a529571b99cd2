import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { type EventField, eventField } from './event-field.ts'
import { readerOf } from './read-event.ts'

/** What to try for one field: values, or a range of numbers. */
export interface Variation {
  readonly field: string
  readonly values?: readonly unknown[] | null | undefined
  readonly from?: number | null | undefined
  readonly to?: number | null | undefined
  readonly steps?: number | null | undefined
}

export interface VariedEvent {
  readonly values: Readonly<Record<string, unknown>>
  readonly event: JsonEvent
}

const MOST_FIELDS = 4
const MOST_POINTS = 10_000
const DEFAULT_STEPS = 21
const MOST_STEPS = 1000

/**
 * Every combination of the values, the last field fastest; each is a valid event.
 * @throws CodedError `BAD_USER_INPUT`.
 */
export function varyEvent(useCase: UseCase, event: JsonEvent, vary: readonly Variation[]): VariedEvent[] {
  if (vary.length > MOST_FIELDS)
    throw wrong('vary', `${vary.length} fields given, at most ${MOST_FIELDS} wanted`)
  const names = vary.map(({ field }) => field)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw wrong(twice.slice(0, 80), 'given twice, once wanted')
  const axes = vary.map(variation => {
    const field = eventField(useCase, variation.field)
    return { field, values: valuesOf(variation, field) }
  })
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > MOST_POINTS) throw wrong('vary', `${count} combinations given, at most ${MOST_POINTS} wanted`)
  if (axes.length === 0) return []
  const { parse } = readerOf(useCase)
  let points: VariedEvent[] = [{ values: {}, event }]
  for (const { field, values } of axes) {
    points = points.flatMap(point =>
      values.map(value => ({
        values: { ...point.values, [field.path]: value },
        event: field.set(point.event, value),
      })),
    )
  }
  for (const point of points) {
    const parsed = parse.ofObject(point.event)
    if (!parsed.ok) throw wrong('vary', parsed.message.replace(/\.$/, ''))
  }
  return points
}

function valuesOf({ values, from, to, steps }: Variation, { field, path }: EventField): readonly unknown[] {
  if (values != null) {
    if (from != null || to != null || steps != null)
      throw wrong(path, 'values and a range given, one of them wanted')
    if (values.length === 0) throw wrong(path, 'no values given, at least one wanted')
    return values
  }
  if (field.kind !== 'number' && field.kind !== 'integer') {
    if (from != null || to != null) throw wrong(path, `a range given for a ${field.kind}, values wanted`)
    const known = field.kind === 'flag' ? [false, true] : field.domain.values
    if (known && known.length > 0) return known
    throw wrong(path, 'no values given, which this field needs')
  }
  const low = from ?? field.domain.min
  const high = to ?? field.domain.max
  const count = steps ?? DEFAULT_STEPS
  if (low === undefined || high === undefined || !(low < high) || !Number.isFinite(high - low))
    throw wrong(path, `a range from ${low} to ${high} given, two rising numbers wanted`)
  if (count < 2 || count > MOST_STEPS) throw wrong(path, `${count} steps given, 2 to ${MOST_STEPS} wanted`)
  const points = Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
  return field.kind === 'integer' ? [...new Set(points.map(Math.round))] : points
}

function wrong(where: string, problem: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${where}: ${problem}.`)
}
