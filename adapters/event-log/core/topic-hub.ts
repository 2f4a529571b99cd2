import type { LogRecord } from '#ports/event-log.ts'
import { isolated } from '../../isolated.ts'
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts'
import type { TopicStore } from './partition-store.ts'

/** The live side of one topic: who waits for records, who listens to them, who shares its partitions. */
export interface TopicHub {
  readonly store: TopicStore
  /** Called after every durable append. */
  readonly wakers: Set<() => void>
  readonly groups: Map<string, ConsumerGroup>
  group(name: string): ConsumerGroup
  /** The partition of the next record without a key. */
  nextPartition(): number
  listen(listener: (records: readonly LogRecord[]) => void): Disposable
  close(): void
}

export const createTopicHub = (store: TopicStore, memberLeaseMs: number): TopicHub => {
  const wakers = new Set<() => void>()
  const listeners = new Set<(records: readonly LogRecord[]) => void>()
  const groups = new Map<string, ConsumerGroup>()
  const partitionCount = store.partitions.length
  let turn = 0

  store.onDurable = (_partition, records) => {
    for (const wake of wakers) wake()
    if (listeners.size === 0) return
    const decoded = records()
    for (const listener of listeners) listener(decoded)
  }

  return {
    store,
    wakers,
    groups,
    group(name) {
      let group = groups.get(name)
      if (!group) {
        group = createConsumerGroup({
          partitions: partitionCount,
          leaseMs: memberLeaseMs,
          onEmpty: () => groups.delete(name),
        })
        groups.set(name, group)
      }
      return group
    },
    nextPartition() {
      const partition = turn
      turn = (turn + 1) % partitionCount
      return partition
    },
    listen(call) {
      const listener = isolated(call)
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    close() {
      listeners.clear()
      for (const wake of wakers) wake()
    },
  }
}
