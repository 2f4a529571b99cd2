import { PortError } from '#ports/port-error.ts'
import type { CommittedOffsets } from '../core/partition-store.ts'
import { createStateFile } from './state-file.ts'

export interface GroupOffsets {
  committed(topic: string, group: string): CommittedOffsets | undefined
  /** Resolves once the offsets are durable; commits made meanwhile share one write. */
  commit(topic: string, group: string, offsets: CommittedOffsets): Promise<void>
  groups(topic: string): Iterable<string>
}

/** Committed offsets in one small file: topic → group → offset by partition. */
export const openGroupOffsets = async (path: string): Promise<GroupOffsets> => {
  const file = createStateFile(path)
  const byTopic = new Map<string, Map<string, CommittedOffsets>>()
  for (const [topic, groups] of Object.entries((await file.load()) ?? {})) {
    if (!isGroups(groups))
      throw new PortError('LOG_CORRUPT', `${path} has no offsets by group for topic ${topic}.`)
    byTopic.set(topic, new Map(Object.entries(groups)))
  }
  const content = () =>
    Object.fromEntries([...byTopic].map(([topic, groups]) => [topic, Object.fromEntries(groups)]))

  return {
    committed: (topic, group) => byTopic.get(topic)?.get(group),
    async commit(topic, group, offsets) {
      const groups = byTopic.get(topic) ?? new Map<string, CommittedOffsets>()
      byTopic.set(topic, groups.set(group, offsets))
      await file.save(content)
    },
    groups: topic => byTopic.get(topic)?.keys() ?? [],
  }
}

const isGroups = (value: unknown): value is Record<string, CommittedOffsets> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(
    offsets => Array.isArray(offsets) && offsets.every(o => o === null || Number.isSafeInteger(o)),
  )
