import { parseTimestamp } from './timestamp.ts'

/** A label that arrived after its event, on `<topic>.labels`. A higher version corrects a lower one. */
export type LabelRecord = {
  event_id: string
  label: number
  /** When the event happened. */
  event_time: string
  /** When the label became known. */
  label_time: string
  version: number
}

export type ParsedLabel =
  | {
      ok: true
      eventId: string
      label: number
      eventTimeMs: number
      labelTimeMs: number
      version: number
      record: LabelRecord
    }
  | { ok: false; code: 'INVALID_LABEL'; problems: readonly LabelProblem[]; message: string }

export interface LabelProblem {
  field: string
  given: string
  wanted: string
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads a label record from the log. Never throws. Absent `version` means 1; unknown fields are ignored. */
export function parseLabelRecord(value: Uint8Array | string): ParsedLabel {
  let parsed: unknown
  try {
    parsed = JSON.parse(typeof value === 'string' ? value : decoder.decode(value))
  } catch (error) {
    return refuse([{ field: '$', given: (error as Error).message, wanted: 'a JSON object in UTF-8' }])
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refuse([{ field: '$', given: describe(parsed), wanted: 'a JSON object' }])
  }
  const given = parsed as Record<string, unknown>
  const { event_id, label, event_time, label_time, version = 1 } = given
  const eventTimeMs = typeof event_time === 'string' ? parseTimestamp(event_time) : NaN
  const labelTimeMs = typeof label_time === 'string' ? parseTimestamp(label_time) : NaN
  const problems: LabelProblem[] = []
  const check = (field: string, valid: boolean, wanted: string) => {
    if (!valid) problems.push({ field, given: describe(given[field]), wanted })
  }
  check('event_id', typeof event_id === 'string' && event_id !== '', 'non-empty text')
  check('label', Number.isFinite(label), 'a finite number')
  check('event_time', !Number.isNaN(eventTimeMs), 'an RFC 3339 date and time with a time zone')
  check('label_time', !Number.isNaN(labelTimeMs), 'an RFC 3339 date and time with a time zone')
  check('version', Number.isSafeInteger(version) && (version as number) >= 1, 'an integer of at least 1')
  if (problems.length > 0) return refuse(problems)
  const record = { event_id, label, event_time, label_time, version } as LabelRecord
  return {
    ok: true,
    eventId: record.event_id,
    label: record.label,
    eventTimeMs,
    labelTimeMs,
    version: record.version,
    record,
  }
}

function refuse(problems: readonly LabelProblem[]): ParsedLabel {
  const message = `Label record refused: ${problems
    .map(({ field, given, wanted }) => `"${field}" is ${given}, wanted ${wanted}`)
    .join('; ')}.`
  return { ok: false, code: 'INVALID_LABEL', problems, message }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
