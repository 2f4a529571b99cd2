import type { LogRecord } from '#ports/event-log.ts'
import type { Column } from '#ports/lake.ts'
import { lineageText } from './lineage.ts'
import { base64Of, recordText } from './record-text.ts'
import type { Refusal } from './row-reading.ts'

export const QUARANTINE_COLUMNS: readonly Column[] = [
  { name: 'reason', type: 'string', nullable: true, comment: 'Code, such as INVALID_EVENT.' },
  { name: 'message', type: 'string', nullable: true, comment: 'What was given and what was wanted.' },
  {
    name: 'text',
    type: 'string',
    nullable: true,
    comment: 'The value to the byte; null if it is not UTF-8.',
  },
  { name: 'base64', type: 'string', nullable: true, comment: 'The value where it is not UTF-8.' },
  {
    name: 'headers',
    type: 'string',
    nullable: true,
    comment: 'Headers of the record as JSON; null without any.',
  },
]

/** One line that keeps a record of which no row can be made, with its reason. */
export function quarantineText(record: LogRecord, { code, message }: Refusal): string {
  const { value, headers } = record
  const text = recordText(value)
  const json = JSON.stringify({
    reason: code,
    message: message.toWellFormed(),
    text,
    base64: text === null ? base64Of(value) : null,
    headers: Object.keys(headers).length > 0 ? JSON.stringify(headers) : null,
  })
  return `${json.slice(0, -1)},${lineageText(record, null)}`
}
