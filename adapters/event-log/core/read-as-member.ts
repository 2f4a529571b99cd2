import type { RecordBatch } from '#ports/event-log.ts'
import type { PartitionCursor } from './partition-store.ts'
import { createBreather } from './read-topic.ts'
import type { TopicHub } from './topic-hub.ts'
import { createWaker } from './waker.ts'

export interface ReadAsMemberOptions {
  hub: TopicHub
  group: string
  /** Where a partition that was just assigned starts. */
  startOf: (partition: number) => number
  maxRecords: number
  stopped: () => boolean
  signal: AbortSignal | undefined
}

/**
 * Reads the partitions that the group assigns to this member. A partition that stays keeps its position, one that is
 * new starts at the committed offset, and nothing is delivered from one that was taken away while it was being read.
 */
export async function* readAsMember(options: ReadAsMemberOptions): AsyncGenerator<RecordBatch> {
  const { hub, group, startOf, maxRecords, stopped, signal } = options
  const cursors = new Map<number, PartitionCursor>()
  const breathe = createBreather()
  const waker = createWaker()
  let rebalanced = true
  // Positions of lost partitions go at once: another member may have moved on by the time one comes back.
  const onRebalance = (assignment: ReadonlySet<number>) => {
    for (const partition of cursors.keys()) if (!assignment.has(partition)) cursors.delete(partition)
    rebalanced = true
    waker.wake()
  }
  hub.wakers.add(waker.wake)
  signal?.addEventListener('abort', waker.wake)
  let member = hub.group(group).join(onRebalance)

  const assign = () => {
    if (member.expired) {
      cursors.clear()
      member = hub.group(group).join(onRebalance)
    }
    rebalanced = false
    for (const partition of member.assignment) {
      if (!cursors.has(partition))
        cursors.set(partition, hub.store.partitions[partition]!.cursor(startOf(partition)))
    }
  }

  try {
    while (!stopped()) {
      if (rebalanced || member.expired) assign()
      let idle = true
      for (const [partition, cursor] of cursors) {
        const batch = await cursor.next(Number.POSITIVE_INFINITY, maxRecords)
        if (stopped()) return
        if (cursors.get(partition) !== cursor || (batch.records.length === 0 && batch.gaps.length === 0))
          continue
        idle = false
        member.hold()
        yield batch
        member.release()
        if (stopped()) return
        await breathe()
      }
      if (idle && !rebalanced && !member.expired) await waker.sleep()
    }
  } finally {
    member.leave()
    hub.wakers.delete(waker.wake)
    signal?.removeEventListener('abort', waker.wake)
  }
}
