import { PortError } from '#ports/port-error.ts'

/** Answers to Produce that are about the records, so that sending them again is no use. */
const REMEDIES: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'a batch is larger than the topic allows (max.message.bytes)',
  RECORD_LIST_TOO_LARGE: 'a batch is larger than a segment of the topic (segment.bytes)',
  INVALID_RECORD: 'a record is invalid for the topic; a compacted one wants keys',
  INVALID_TIMESTAMP: 'a timestamp is further from now than the topic allows (message.timestamp.after.max.ms)',
  UNSUPPORTED_COMPRESSION_TYPE: 'the topic does not allow zstd',
}

export const isRefusal = (type: string): boolean => type in REMEDIES

export const refusedRecords = (what: string, type: string, cause: unknown): PortError =>
  new PortError(
    'INVALID_ARGUMENT',
    `Kafka, ${what}: the broker refused the records (${type}): ${REMEDIES[type]}.`,
    { cause },
  )
