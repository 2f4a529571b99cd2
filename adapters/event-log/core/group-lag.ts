import type { GroupLag } from '#ports/event-log.ts'
import type { LogStorage } from './partition-store.ts'
import type { TopicHub } from './topic-hub.ts'

/** The lag of every group that has committed offsets or members on a topic, by name. */
export const groupLag = ({ store, groups }: TopicHub, storage: LogStorage): GroupLag[] => {
  const topic = store.settings.name
  const names = new Set([...storage.committedGroups(topic), ...groups.keys()])
  return [...names].sort().map(group => {
    const offsets = storage.committed(topic, group)
    const partitions = store.partitions.map(({ start, end }, partition) => {
      const committed = offsets?.[partition] ?? null
      // What retention has taken cannot be read any more and is not lag.
      return { partition, committed, end, lag: Math.max(0, end - Math.max(start, committed ?? start)) }
    })
    return { group, topic, partitions, totalLag: partitions.reduce((sum, { lag }) => sum + lag, 0) }
  })
}
