import type { EventLog } from '#ports/event-log.ts'
import { onlyPartition } from '../only-partition.ts'

/** Most partitions end in a record, and so do most looks. */
const FIRST_SPAN = 16
const GROWTH = 8

/**
 * The offset after the last record of a partition below `end`; `from` if there is none since. What stands at the end of a
 * partition may be markers of transactions only, so that a reader never comes as far as its high watermark.
 */
export async function endOfRecords({
  log,
  topic,
  partitions,
  partition,
  from,
  end,
}: {
  log: EventLog
  topic: string
  partitions: number
  partition: number
  from: number
  end: number
}): Promise<number> {
  for (let span = FIRST_SPAN; end > from; span *= GROWTH) {
    const start = Math.max(from, end - span)
    let last = -1
    for await (const { records } of log.read(topic, {
      from: onlyPartition(partitions, partition, start),
      to: onlyPartition(partitions, partition, end),
      partitions: [partition],
    })) {
      last = records.at(-1)?.offset ?? last
    }
    if (last >= 0) return last + 1
    if (start === from) break
  }
  return from
}
