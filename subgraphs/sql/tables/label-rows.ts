import type { Column } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { readLabel } from '#use-cases/read-label.ts'
import { lineageText } from './lineage.ts'
import type { RowReader } from './row-reading.ts'
import { unstorableText } from './unstorable-text.ts'
import { instantText, isStorable } from './utc-text.ts'

export const LABEL_COLUMNS: readonly Column[] = [
  { name: 'event_id', type: 'string', nullable: true, comment: 'The event that it is the truth about.' },
  { name: 'label', type: 'double', nullable: true, comment: 'The truth.' },
  { name: 'event_time', type: 'timestamp', nullable: true, comment: 'When the event happened.' },
  { name: 'label_time', type: 'timestamp', nullable: true, comment: 'When the label became known.' },
  { name: 'version', type: 'long', nullable: true, comment: 'A higher one corrects a lower one.' },
]

/** Reads labels by the checks that learners apply. */
export function createLabelRows(useCase: UseCase): RowReader {
  return record => {
    const read = readLabel(useCase, record.value)
    if (!read.ok) return { ok: false, code: read.code, message: read.message }
    const { eventId, label, eventTimeMs, labelTimeMs, version } = read
    if (!isStorable(eventTimeMs) || !isStorable(labelTimeMs)) {
      return {
        ok: false,
        code: 'TIME_OUT_OF_RANGE',
        message: `Label of "${eventId}": its times are ${eventTimeMs} and ${labelTimeMs} ms, wanted dates of the years 1 to 9999 in UTC.`,
      }
    }
    const event_time = instantText(eventTimeMs)
    const json = JSON.stringify({
      event_id: eventId,
      label,
      event_time,
      label_time: instantText(labelTimeMs),
      version,
    })
    const lineage = lineageText(record, { text: event_time, ms: eventTimeMs })
    return unstorableText(json) ?? { ok: true, text: `${json.slice(0, -1)},${lineage}`, rows: 1 }
  }
}
