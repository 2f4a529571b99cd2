import type { EventLog, Gap, LogRecord, RecordBatch } from '#ports/event-log.ts'
import { onlyPartition } from '../only-partition.ts'

/** Labels of one partition in order, read when they are asked for. */
export interface LabelReader {
  next(): Promise<LogRecord | undefined>
  unread(record: LogRecord): void
}

export function createLabelReader({
  log,
  topic,
  partitions,
  partition,
  from,
  signal,
  onGap,
}: {
  log: EventLog
  topic: string
  partitions: number
  partition: number
  from: number
  signal: AbortSignal
  /** Retention took some of them. */
  onGap: (gap: Gap) => void
}): LabelReader {
  let batches: AsyncIterator<RecordBatch> | undefined
  const queue: LogRecord[] = []
  return {
    async next() {
      if (!batches) {
        const start = onlyPartition(partitions, partition, from)
        const found = log.read(topic, { from: start, partitions: [partition], signal })
        batches = found[Symbol.asyncIterator]()
      }
      while (queue.length === 0) {
        const batch = await batches.next()
        if (batch.done) return undefined
        for (const gap of batch.value.gaps) onGap(gap)
        queue.push(...batch.value.records)
      }
      return queue.shift()
    },
    unread(record) {
      queue.unshift(record)
    },
  }
}
