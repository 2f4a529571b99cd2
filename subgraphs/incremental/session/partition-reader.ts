import type { Gap, LogRecord, RecordBatch } from '#ports/event-log.ts'
import type { Item } from './packed-items.ts'

/** Records of one partition, read ahead. */
export interface PartitionReader {
  readonly kind: Item['kind']
  readonly partition: number
  /** Next offset to take. */
  readonly position: number
  /** High watermark when the feed began. */
  backlogEnd: number
  readonly head: LogRecord | undefined
  /** Why reading ended before its signal aborted. */
  readonly failure: unknown
  /** Only while there is a head. */
  take(): LogRecord
}

/** Records read ahead; the log waits beyond it. */
const READ_AHEAD = 2000
/** Taken records that may still be held; a reader that never runs empty must not keep the whole backlog. */
const TAKEN_HELD = 1000

export function createPartitionReader({
  kind,
  partition,
  position: start,
  records: batches,
  signal,
  onArrival,
  onGap,
}: {
  kind: Item['kind']
  partition: number
  position: number
  records: AsyncIterable<RecordBatch>
  signal: AbortSignal
  onArrival: () => void
  onGap: (gap: Gap) => void
}): PartitionReader {
  let position = start
  let queue: LogRecord[] = []
  let at = 0
  let gapEnd = 0
  let failure: unknown
  let resume: (() => void) | null = null
  void read()

  async function read(): Promise<void> {
    try {
      for await (const { records, gaps } of batches) {
        for (const gap of gaps) {
          onGap(gap)
          gapEnd = gap.to
        }
        for (const record of records) queue.push(record)
        onArrival()
        if (queue.length - at > READ_AHEAD && !signal.aborted)
          await new Promise<void>(resolve => (resume = resolve))
      }
      if (!signal.aborted) failure = new Error(`The reader of partition ${partition} ended.`)
    } catch (error) {
      failure = error
    }
    onArrival()
  }

  signal.addEventListener('abort', () => resume?.(), { once: true })

  return {
    kind,
    partition,
    backlogEnd: 0,
    get position() {
      // Records that still wait stand before the gap.
      return queue.length === at ? Math.max(position, gapEnd) : position
    },
    get head() {
      return queue[at]
    },
    get failure() {
      return failure
    },
    take() {
      const record = queue[at++] as LogRecord
      position = record.offset + 1
      if (at === queue.length) {
        queue = []
        at = 0
      } else if (at === TAKEN_HELD) {
        queue = queue.slice(at)
        at = 0
      }
      if (resume && queue.length - at < READ_AHEAD / 2) {
        resume()
        resume = null
      }
      return record
    },
  }
}
