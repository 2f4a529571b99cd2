import type { Gap, LogRecord } from '#ports/event-log.ts'
import type { PartitionStore, PreparedRecord, TopicSettings } from '../core/partition-store.ts'

/** Kafka's `delete.retention.ms`: how long a deletion stays readable for those who saw the value. */
const TOMBSTONE_MS = 24 * 3600 * 1000
/** What a record costs beside its key and value. */
const RECORD_OVERHEAD = 32
/** Dropped records are cut off the array once they are this many and half of it, so dropping costs O(1) on average. */
const TRIM_AT = 1024

export interface MemoryPartition extends PartitionStore {
  /** Timestamp of the first record, or infinity. */
  readonly oldest: number
  dropOldest(): void
  /** Drops the leading records with timestamps below `time`. */
  dropBefore(time: number): void
}

export interface MemoryPartitionOptions {
  topic: string
  partition: number
  settings: () => TopicSettings
  now: () => number
  onDurable: (records: readonly LogRecord[]) => void
}

export const createMemoryPartition = (options: MemoryPartitionOptions): MemoryPartition => {
  const { topic, partition, settings, now, onDurable } = options
  let records: LogRecord[] = []
  let head = 0
  let start = 0
  let end = 0
  let bytes = 0
  let cleanCount = 0

  /** Index of the first record at or after `offset`; offsets have holes after compaction. */
  const indexOf = (offset: number): number => {
    let low = head
    let high = records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (records[middle]!.offset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  const dropOldest = () => {
    const record = records[head]
    if (!record) return
    bytes -= sizeOf(record)
    head += 1
    start = record.offset + 1
    if (head >= TRIM_AT && head * 2 >= records.length) {
      records = records.slice(head)
      head = 0
    }
  }

  const compact = () => {
    const newest = new Map<string, number>()
    for (const { key, offset } of records) newest.set(keyText(key!), offset)
    const forget = now() - TOMBSTONE_MS
    records = records.filter(
      ({ key, offset, value, timestamp }) =>
        newest.get(keyText(key!)) === offset && (value.length > 0 || timestamp > forget),
    )
    bytes = records.reduce((sum, record) => sum + sizeOf(record), 0)
    cleanCount = records.length
  }

  return {
    get start() {
      return start
    },
    get end() {
      return end
    },
    get bytes() {
      return bytes
    },
    get oldest() {
      return records[head]?.timestamp ?? Number.POSITIVE_INFINITY
    },
    dropOldest,
    dropBefore(time) {
      while (head < records.length && records[head]!.timestamp < time) dropOldest()
    },

    async append(batch: readonly PreparedRecord[]) {
      const first = end
      const added = batch.map((record, index) =>
        copyRecord(record, { topic, partition, offset: first + index }),
      )
      for (const record of added) {
        records.push(record)
        bytes += sizeOf(record)
      }
      end += added.length
      // Listeners run after the caller's own stack, as they do on a real disk.
      await Promise.resolve()
      onDurable(added)
      if (settings().compacted && records.length > 2 * cleanCount + 100) compact()
      return first
    },

    cursor(from) {
      let position = from
      return {
        get position() {
          return position
        },
        async next(to, maxRecords) {
          const gaps: Gap[] = []
          const limit = Math.min(to, end)
          if (position < start && position < limit) {
            const gapEnd = Math.min(start, limit)
            gaps.push({ partition, from: position, to: gapEnd })
            position = gapEnd
          }
          if (position >= limit) return { records: [], gaps }
          const first = indexOf(position)
          const last = Math.min(indexOf(limit), first + maxRecords)
          const found = records.slice(first, last)
          position = found.length === maxRecords ? found.at(-1)!.offset + 1 : limit
          return { records: found, gaps }
        },
      }
    },
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

const copyRecord = (
  { key, value, headers, timestamp }: PreparedRecord,
  place: { topic: string; partition: number; offset: number },
): LogRecord => ({
  ...place,
  timestamp,
  key: key && new Uint8Array(key),
  value: typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value),
  headers: headers ? { ...headers } : NO_HEADERS,
})

const sizeOf = ({ key, value }: LogRecord): number => (key?.length ?? 0) + value.length + RECORD_OVERHEAD

const keyText = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
