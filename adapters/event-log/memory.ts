import type { EventLog } from '#ports/event-log.ts'
import { createEventLog } from './core/create-event-log.ts'
import type { CommittedOffsets, LogStorage } from './core/partition-store.ts'
import { createMemoryTopic } from './memory/memory-topic.ts'

export interface MemoryEventLogOptions {
  now?: () => number
  memberLeaseMs?: number
}

/** An event log that lives and dies with the process, for tests and ephemeral runs. */
export const createMemoryEventLog = ({
  now = Date.now,
  ...options
}: MemoryEventLogOptions = {}): EventLog => {
  const groups = new Map<string, Map<string, CommittedOffsets>>()
  const storage: LogStorage = {
    createTopic: async settings => createMemoryTopic(settings, now),
    committed: (topic, group) => groups.get(topic)?.get(group),
    async commit(topic, group, offsets) {
      const ofTopic = groups.get(topic) ?? new Map<string, CommittedOffsets>()
      groups.set(topic, ofTopic.set(group, offsets))
    },
    committedGroups: topic => groups.get(topic)?.keys() ?? [],
    async close() {},
  }
  return createEventLog({ storage, now, ...options })
}
