import type { TopicSettings, TopicStore } from '../core/partition-store.ts'
import { createMemoryPartition } from './memory-partition.ts'

export const createMemoryTopic = (initial: TopicSettings, now: () => number): TopicStore => {
  let settings = initial
  const partitions = Array.from({ length: initial.partitions }, (_, partition) =>
    createMemoryPartition({
      topic: initial.name,
      partition,
      settings: () => settings,
      now,
      onDurable: records => topic.onDurable(partition, () => records),
    }),
  )
  const topic: TopicStore = {
    get settings() {
      return settings
    },
    partitions,
    onDurable() {},
    async configure(wanted) {
      settings = wanted
    },
    enforceRetention() {
      if (settings.compacted) return
      if (settings.retentionMs !== null)
        for (const store of partitions) store.dropBefore(now() - settings.retentionMs)
      let bytes = partitions.reduce((sum, store) => sum + store.bytes, 0)
      while (bytes > settings.retentionBytes) {
        const oldest = partitions.reduce((a, b) => (b.oldest < a.oldest ? b : a))
        if (oldest.bytes === 0) return
        const before = oldest.bytes
        oldest.dropOldest()
        bytes -= before - oldest.bytes
      }
    },
  }
  return topic
}
