import type { Column } from '#ports/lake.ts'
import type { LogRecord } from '#ports/event-log.ts'
import { keyText } from './record-text.ts'
import { dateText, instantText, isStorable } from './utc-text.ts'

/** Where a row comes from; with the partition column these end every table. */
export const LINEAGE: readonly Column[] = [
  { name: '_topic', type: 'string', nullable: true, comment: 'Topic of the log that the row comes from.' },
  { name: '_partition', type: 'integer', nullable: true, comment: 'Partition of the topic.' },
  { name: '_offset', type: 'long', nullable: true, comment: 'Offset within the partition.' },
  {
    name: '_key',
    type: 'string',
    nullable: true,
    comment: 'Key of the record; base64: in front of one that is not UTF-8.',
  },
  { name: '_event_time', type: 'timestamp', nullable: true, comment: 'When it happened.' },
  { name: '_ingested_at', type: 'timestamp', nullable: true, comment: 'When the log took it.' },
  { name: 'event_date', type: 'date', nullable: true, comment: 'UTC date of _event_time; the partition.' },
]

export const PARTITION_BY: readonly string[] = ['event_date']

/**
 * The members of `LINEAGE` as the end of a JSON object, with its brace and newline; a comma has to stand before it.
 * `eventTime` is ISO text in UTC; null where the record does not tell, and then the partition is the day of its append.
 */
export function lineageText(record: LogRecord, eventTime: { text: string; ms: number } | null): string {
  const { topic, partition, offset, timestamp } = record
  // A foreign producer may claim any time; no date can be made of some.
  const ingested = isStorable(timestamp) ? `"${instantText(timestamp)}"` : 'null'
  const dateMs = eventTime?.ms ?? timestamp
  const date = isStorable(dateMs) ? `"${dateText(dateMs)}"` : 'null'
  return (
    `"_topic":"${topic}","_partition":${partition},"_offset":${offset},"_key":${keyText(record)},` +
    `"_event_time":${eventTime === null ? 'null' : `"${eventTime.text}"`},"_ingested_at":${ingested},"event_date":${date}}\n`
  )
}
