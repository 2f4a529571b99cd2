import type { Gap, LogRecord, RecordBatch } from '#ports/event-log.ts'

export interface SourceOptions {
  topic: string
  partition: number
  /** Offset that is fetched first. */
  at: number
  /** Records before it are left out; beyond `at` where that offset does not exist yet. */
  from?: number
  /** End, exclusive; default none. */
  to?: number
  /** Called when there is something to take, and at the end. */
  onChange: () => void
}

/** A reader's place in one partition and what has been fetched for it ahead of its reading. */
export interface PartitionSource {
  readonly topic: string
  readonly partition: number
  readonly to: number
  /** Offset that is fetched next. */
  readonly at: number
  /** When it was last fetched for, as a growing number; kept by whoever fetches. */
  turn: number
  /** Whether there is room for more. */
  readonly isHungry: boolean
  /** Whether everything up to `to` has been taken. */
  readonly isDone: boolean
  /** What ends it; thrown by `take` once all records before it are taken. */
  fail(error: Error): void
  /** Puts records in that begin at `at` or before and moves on to `next`. */
  put(records: readonly LogRecord[], next: number): void
  /** Skips what retention has taken, and says so. */
  skipTo(offset: number): void
  /** Goes to another offset without a word; only for one that has nothing behind it. */
  rewindTo(offset: number): void
  /** Up to `maxRecords` records, or a gap; null if there is nothing yet. */
  take(maxRecords: number): RecordBatch | null
  onTaken: () => void
  close(): void
}

/** A reader that does not read gets no further than this; half of it is left when more is fetched. */
const READ_AHEAD_RECORDS = 2000
const READ_AHEAD_BYTES = 1024 ** 2

const NOTHING: readonly never[] = []

export const createPartitionSource = ({
  topic,
  partition,
  at: first,
  from = first,
  to = Number.POSITIVE_INFINITY,
  onChange,
}: SourceOptions): PartitionSource => {
  let at = first
  let closed = false
  let failure: Error | null = null
  const queue: (Gap | { records: readonly LogRecord[]; bytes: number; taken: number })[] = []
  let records = 0
  let bytes = 0

  const source: PartitionSource = {
    topic,
    partition,
    to,
    turn: 0,
    get at() {
      return at
    },
    get isHungry() {
      const room = records < READ_AHEAD_RECORDS / 2 && bytes < READ_AHEAD_BYTES / 2
      return room && at < to && !closed && failure === null
    },
    get isDone() {
      return queue.length === 0 && failure === null && (at >= to || closed)
    },
    fail(error) {
      if (closed) return
      failure ??= error
      onChange()
    },
    put(found, next) {
      if (closed || failure) return
      const wanted = within(found, Math.max(at, from), to)
      at = Math.max(at, next)
      if (wanted.length > 0) {
        const size = wanted.reduce((sum, { key, value }) => sum + value.length + (key?.length ?? 0), 0)
        queue.push({ records: wanted, bytes: size, taken: 0 })
        records += wanted.length
        bytes += size
      }
      if (wanted.length > 0 || at >= to) onChange()
    },
    skipTo(offset) {
      const end = Math.min(offset, to)
      const start = Math.max(at, from)
      at = Math.max(at, end)
      if (start < end) queue.push({ partition, from: start, to: end })
      onChange()
    },
    rewindTo(offset) {
      at = offset
    },
    take(maxRecords) {
      const head = queue[0]
      if (!head) {
        if (failure) throw failure
        return null
      }
      if ('from' in head) {
        queue.shift()
        return { records: NOTHING, gaps: [head] }
      }
      const end = Math.min(head.taken + maxRecords, head.records.length)
      const part =
        head.taken === 0 && end === head.records.length ? head.records : head.records.slice(head.taken, end)
      records -= part.length
      head.taken = end
      if (end === head.records.length) {
        queue.shift()
        bytes -= head.bytes
        source.onTaken()
      }
      return { records: part, gaps: NOTHING }
    },
    onTaken() {},
    close() {
      closed = true
      queue.length = 0
    },
  }
  return source
}

/** Those with offsets from `from` to `to`, without a copy where that is all. */
const within = (records: readonly LogRecord[], from: number, to: number): readonly LogRecord[] => {
  const first = records[0]
  const last = records.at(-1)
  if (!first || !last || (first.offset >= from && last.offset < to)) return records
  return records.filter(({ offset }) => offset >= from && offset < to)
}
