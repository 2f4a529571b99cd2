import type { NewRecord, Offsets, TopicSpec } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import type { PreparedRecord, TopicSettings } from './partition-store.ts'

const DEFAULT_PARTITIONS = 3
const DEFAULT_RETENTION_BYTES = 1024 ** 3
/** A partition is a directory and a file descriptor; more than this is a mistake in one process. */
const MAX_PARTITIONS = 1024
/** Kafka's own rule for topic names; it also keeps a name from leaving its directory. */
const TOPIC_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/
/** Larger payloads belong into an object store, with a reference in the log. */
const MAX_RECORD_BYTES = 16 * 1024 ** 2
const MAX_HEADER_LENGTH = 64 * 1024

const invalid = (message: string): PortError => new PortError('INVALID_ARGUMENT', message)

/** Fills in the defaults, or those of the existing topic. Throws `INVALID_ARGUMENT`. */
export const topicSettings = (spec: TopicSpec, existing?: TopicSettings): TopicSettings => {
  const { name } = spec
  if (typeof name !== 'string' || !TOPIC_NAME.test(name)) {
    throw invalid(`Topic name ${JSON.stringify(name)} is not 1 to 249 letters, digits, '.', '_' or '-'.`)
  }
  const settings = {
    name,
    partitions: spec.partitions ?? existing?.partitions ?? DEFAULT_PARTITIONS,
    retentionBytes: spec.retentionBytes ?? existing?.retentionBytes ?? DEFAULT_RETENTION_BYTES,
    retentionMs: spec.retentionMs ?? existing?.retentionMs ?? null,
    compacted: spec.compacted ?? existing?.compacted ?? false,
  }
  const { partitions, retentionBytes, retentionMs } = settings
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw invalid(`Topic ${name} was given ${partitions} partitions, wanted 1 to ${MAX_PARTITIONS}.`)
  }
  if (!(retentionBytes > 0))
    throw invalid(`Topic ${name} was given retentionBytes ${retentionBytes}, wanted more than 0.`)
  if (retentionMs !== null && !(retentionMs > 0)) {
    throw invalid(`Topic ${name} was given retentionMs ${retentionMs}, wanted more than 0.`)
  }
  return settings
}

/** Checks a record and encodes its key, which the partitioner needs as bytes. Throws `INVALID_ARGUMENT`. */
export const prepareRecord = (
  record: NewRecord,
  { name, compacted }: TopicSettings,
  now: number,
): PreparedRecord => {
  const { value, headers, timestamp = now } = record
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    throw invalid(`A record for ${name} has a value of type ${typeof value}, wanted a string or bytes.`)
  }
  const key =
    record.key == null ? null : typeof record.key === 'string' ? Buffer.from(record.key) : record.key
  if (key !== null && !(key instanceof Uint8Array)) {
    throw invalid(`A record for ${name} has a key of type ${typeof key}, wanted a string, bytes or null.`)
  }
  if (key === null && compacted)
    throw invalid(`A record for the compacted topic ${name} has no key, wanted one.`)
  if (!Number.isFinite(timestamp)) {
    throw invalid(`A record for ${name} has timestamp ${timestamp}, wanted Unix milliseconds.`)
  }
  // No UTF-8 text is longer than three bytes per UTF-16 unit, so short strings need no count.
  const size =
    typeof value !== 'string'
      ? value.length
      : value.length * 3 < MAX_RECORD_BYTES
        ? 0
        : Buffer.byteLength(value)
  if (size + (key?.length ?? 0) > MAX_RECORD_BYTES) {
    throw invalid(`A record for ${name} has ${size} bytes, wanted at most ${MAX_RECORD_BYTES}.`)
  }
  if (headers) checkHeaders(headers, name)
  return { key, value, headers, timestamp }
}

const checkHeaders = (headers: Readonly<Record<string, string>>, name: string): void => {
  let length = 0
  for (const [header, text] of Object.entries(headers)) {
    if (typeof text !== 'string') throw invalid(`Header ${header} of a record for ${name} is not a string.`)
    length += header.length + text.length
  }
  if (length > MAX_HEADER_LENGTH) {
    throw invalid(
      `The headers of a record for ${name} have ${length} characters, wanted at most ${MAX_HEADER_LENGTH}.`,
    )
  }
}

/** Checks an offset vector against a topic. Throws `INVALID_ARGUMENT`. */
export const checkOffsets = (offsets: Offsets, { name, partitions }: TopicSettings, lowest: number): void => {
  if (offsets.length !== partitions) {
    throw invalid(`Topic ${name} has ${partitions} partitions, but ${offsets.length} offsets were given.`)
  }
  for (const offset of offsets) {
    if (!Number.isSafeInteger(offset) || offset < lowest) {
      throw invalid(`Topic ${name} was given offset ${offset}, wanted a whole number from ${lowest} on.`)
    }
  }
}

/** The partitions asked for, all by default. Throws `INVALID_ARGUMENT` for one that the topic lacks. */
export const checkPartitions = (asked: readonly number[] | undefined, settings: TopicSettings): number[] => {
  const { name, partitions } = settings
  if (asked === undefined) return Array.from({ length: partitions }, (_, i) => i)
  for (const partition of asked) {
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      throw invalid(`Topic ${name} has partitions 0 to ${partitions - 1}, but ${partition} was given.`)
    }
  }
  return [...new Set(asked)]
}

/** Throws `INVALID_ARGUMENT` for a batch size that could never make progress. */
export const checkMaxRecords = (maxRecords: number): void => {
  if (!(maxRecords >= 1)) throw invalid(`maxRecords was given as ${maxRecords}, wanted at least 1.`)
}
