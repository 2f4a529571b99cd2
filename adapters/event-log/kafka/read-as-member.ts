import type { RecordBatch } from '#ports/event-log.ts'
import { createBreather } from '../core/read-topic.ts'
import { createWaker } from '../core/waker.ts'
import type { Cluster } from './cluster.ts'
import type { FetchHub } from './fetch-hub.ts'
import { createGroupMember } from './group-member.ts'
import type { GroupOffsets } from './group-offsets.ts'
import { listOffsets } from './list-offsets.ts'
import type { PartitionSource } from './partition-source.ts'

export interface MemberReadOptions {
  cluster: Cluster
  hub: FetchHub
  offsets: GroupOffsets
  /** As the cluster names them. */
  topic: string
  group: string
  start: 'earliest' | 'latest'
  maxRecords: number
  signals: readonly (AbortSignal | undefined)[]
  /** Milliseconds a member may work on one batch before the others take its partitions. */
  leaseMs: number
  /** Told of what closing should wait for. */
  tracked: (work: Promise<void>) => void
}

/**
 * Reads what the group gives to this member. A partition that it keeps through a rebalance goes on where it is; one that is
 * new to it, or that others may have had meanwhile, starts at the group's committed offset.
 */
export async function* readAsMember({
  cluster,
  hub,
  offsets,
  topic,
  group,
  start,
  maxRecords,
  signals,
  leaseMs,
  tracked,
}: MemberReadOptions): AsyncGenerator<RecordBatch> {
  const stopped = () => signals.some(signal => signal?.aborted)
  if (stopped()) return
  const waker = createWaker()
  const breathe = createBreather()
  const member = createGroupMember(cluster, topic, group)
  member.onStale = waker.wake
  offsets.setMember(group, member, () => member.membership)
  let sources: PartitionSource[] = []
  /** Next offset for the caller, by partition. */
  const positions = new Map<number, number>()
  let lease: NodeJS.Timeout | null = null
  const stop = () => {
    waker.wake()
    // A join that waits for others is of no more use.
    tracked(member.close())
  }
  for (const signal of signals) signal?.addEventListener('abort', stop)

  const rejoin = async () => {
    for (const source of sources) source.close()
    sources = []
    const partitions = await member.join()
    if (stopped()) return
    if (member.wasLost) positions.clear()
    for (const partition of positions.keys()) if (!partitions.includes(partition)) positions.delete(partition)
    const { leaders } = await cluster.topic(topic)
    const committed = await offsets.committed(topic, group, leaders.length)
    const ranges = (await listOffsets(cluster, [topic])).get(topic)!
    if (stopped()) return
    for (const partition of partitions) {
      const range = ranges[partition]!
      const from =
        positions.get(partition) ?? committed[partition] ?? (start === 'earliest' ? range.start : range.end)
      positions.set(partition, from)
      const source = hub.open({ topic, partition, at: Math.min(from, range.end), from, onChange: waker.wake })
      if (from < range.start) source.skipTo(range.start)
      sources.push(source)
    }
  }

  try {
    while (!stopped()) {
      if (member.isStale) {
        try {
          await rejoin()
        } catch (error) {
          if (stopped()) return
          throw error
        }
        continue
      }
      let idle = true
      for (const source of sources) {
        if (member.isStale) break
        const batch = source.take(maxRecords)
        if (!batch) continue
        idle = false
        const next = batch.records.at(-1)?.offset ?? batch.gaps.at(-1)!.to - 1
        positions.set(source.partition, next + 1)
        lease = setTimeout(() => void member.leave(), leaseMs).unref()
        yield batch
        clearTimeout(lease)
        if (stopped()) return
        await breathe()
      }
      if (idle && !member.isStale) await waker.sleep()
    }
  } finally {
    if (lease) clearTimeout(lease)
    for (const signal of signals) signal?.removeEventListener('abort', stop)
    offsets.setMember(group, member, null)
    for (const source of sources) source.close()
    await member.close()
  }
}
