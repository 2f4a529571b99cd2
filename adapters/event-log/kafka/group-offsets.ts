import type { GroupLag, Offsets, PartitionLag } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import type { Cluster } from './cluster.ts'
import { listOffsets } from './list-offsets.ts'
import { errorType, protocolError } from './protocol-error.ts'

/** A place in a group, for those who commit as a member. */
export interface Membership {
  readonly memberId: string
  readonly generationId: number
}

/** Committed offsets of consumer groups. Topics and groups are named as in the cluster. */
export interface GroupOffsets {
  /** Offsets of -1 are left as they are. */
  commit(topic: string, group: string, offsets: Offsets): Promise<void>
  /** By partition; null where the group never committed. */
  committed(topic: string, group: string, partitions: number): Promise<(number | null)[]>
  /** Groups that have offsets of a topic, or of any. */
  lags(topic?: string): Promise<GroupLag[]>
  /** Says who to commit as; a group with members takes commits from them only. */
  setMember(group: string, member: object, membership: (() => Membership | null) | null): void
}

type OffsetsByTopic = ReadonlyMap<string, ReadonlyMap<number, number>>

interface OffsetFetchAnswer {
  errorCode?: number
  responses: readonly {
    topic: string
    partitions: readonly { partition: number; offset: string; errorCode: number }[]
  }[]
}

/** The overview asks several times a second. */
const CACHE_MS = 500
const NO_MEMBER: Membership = { memberId: '', generationId: -1 }
/** A commit in the middle of a rebalance waits for the next generation. */
const REBALANCING = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'])
const REBALANCE_PATIENCE_MS = 20_000

export const createGroupOffsets = (cluster: Cluster): GroupOffsets => {
  const members = new Map<string, Map<object, () => Membership | null>>()
  let known: { at: number; groups: Promise<ReadonlyMap<string, OffsetsByTopic>> } | null = null

  /** Asks the group's coordinator, and finds it again when it has moved. */
  const ask = async <T>(
    group: string,
    api: string,
    options: object,
    codesOf: (answer: T) => (number | undefined)[],
  ) => {
    const node = await cluster.coordinator('group', group)
    try {
      const answer = await cluster.link(node, 'groups').call<T>(api, options)
      const code = codesOf(answer).find(Boolean)
      if (code) throw protocolError(code)
      return answer
    } catch (error) {
      const type = errorType(error)
      if (type === undefined || /COORDINATOR|BROKER_NOT/.test(type)) cluster.forgetCoordinator('group', group)
      throw error
    }
  }

  const fetchOffsets = async (group: string): Promise<OffsetsByTopic> => {
    // No topics stands for all of them.
    const answer = await ask<OffsetFetchAnswer>(
      group,
      'OffsetFetch',
      { groupId: group, topics: [] },
      found => [
        found.errorCode,
        ...found.responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode)),
      ],
    )
    return new Map(
      answer.responses.map(({ topic, partitions }) => [
        topic,
        new Map(
          partitions.flatMap(({ partition, offset }) =>
            Number(offset) < 0 ? [] : [[partition, Number(offset)] as const],
          ),
        ),
      ]),
    )
  }

  const fetchGroups = async (): Promise<ReadonlyMap<string, OffsetsByTopic>> => {
    const { topicPrefix } = cluster.settings
    const lists = await Promise.all(
      cluster
        .nodes()
        .map(node =>
          cluster
            .link(node, 'groups')
            .call<{ errorCode: number; groups: readonly { groupId: string; protocolType: string }[] }>(
              'ListGroups',
              {},
            ),
        ),
    )
    const names = new Set<string>()
    for (const { errorCode, groups } of lists) {
      if (errorCode) throw protocolError(errorCode)
      for (const { groupId, protocolType } of groups) {
        if (groupId.startsWith(topicPrefix) && (protocolType === '' || protocolType === 'consumer'))
          names.add(groupId)
      }
    }
    return new Map(await Promise.all([...names].map(async name => [name, await fetchOffsets(name)] as const)))
  }
  const allGroups = (): Promise<ReadonlyMap<string, OffsetsByTopic>> => {
    if (!known || performance.now() - known.at > CACHE_MS) {
      const groups = cluster.retry('consumer groups', async () => {
        await cluster.anyLink()
        return fetchGroups()
      })
      const entry = { at: performance.now(), groups }
      known = entry
      groups.catch(() => {
        if (known === entry) known = null
      })
    }
    return known.groups
  }

  const memberOf = (group: string): Membership | null => {
    for (const membership of members.get(group)?.values() ?? []) {
      const current = membership()
      if (current) return current
    }
    return null
  }

  return {
    async commit(topic, group, offsets) {
      const partitions = offsets.flatMap((offset, partition) =>
        offset < 0 ? [] : [{ partition, offset: String(offset) }],
      )
      if (partitions.length === 0) return
      const started = performance.now()
      await cluster.retry(`committing to ${group}`, async () => {
        const membership = memberOf(group)
        const { memberId, generationId } = membership ?? NO_MEMBER
        try {
          await ask<{ responses: readonly { partitions: readonly { errorCode: number }[] }[] }>(
            group,
            'OffsetCommit',
            { groupId: group, groupGenerationId: generationId, memberId, topics: [{ topic, partitions }] },
            ({ responses }) =>
              responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode)),
          )
        } catch (error) {
          const type = errorType(error)
          if (type === undefined || !REBALANCING.has(type)) throw error
          if (performance.now() - started < REBALANCE_PATIENCE_MS)
            throw Object.assign(error as Error, { retriable: true })
          throw new PortError(
            'INVALID_ARGUMENT',
            `Group ${group} has members in other processes, and only they can commit to it (${type}).`,
            { cause: error },
          )
        }
      })
      known = null
    },
    async committed(topic, group, partitions) {
      const found = await cluster.retry(`offsets of ${group}`, () => fetchOffsets(group))
      return Array.from({ length: partitions }, (_, partition) => found.get(topic)?.get(partition) ?? null)
    },
    async lags(topic) {
      const { topicPrefix } = cluster.settings
      const groups = await allGroups()
      const pairs = [...groups].flatMap(([group, byTopic]) =>
        [...byTopic]
          .filter(
            ([name, offsets]) =>
              offsets.size > 0 && (topic === undefined ? name.startsWith(topicPrefix) : name === topic),
          )
          .map(([name, offsets]) => ({ group, name, offsets })),
      )
      const existing = await existingOf(cluster, [...new Set(pairs.map(({ name }) => name))])
      const ends = existing.length > 0 ? await listOffsets(cluster, existing) : new Map()
      return pairs
        .filter(({ name }) => ends.has(name))
        .sort((a, b) => (a.group < b.group ? -1 : 1))
        .map(({ group, name, offsets }) => {
          const watermarks: readonly { start: number; end: number }[] = ends.get(name)!
          const partitions = watermarks.map(({ start, end }, partition): PartitionLag => {
            const committed = offsets.get(partition) ?? null
            // What retention has taken cannot be read any more and is not lag.
            return { partition, committed, end, lag: Math.max(0, end - Math.max(start, committed ?? start)) }
          })
          return {
            group: group.slice(topicPrefix.length),
            topic: name.slice(topicPrefix.length),
            partitions,
            totalLag: partitions.reduce((sum, { lag }) => sum + lag, 0),
          }
        })
    },
    setMember(group, member, membership) {
      const ofGroup = members.get(group) ?? new Map<object, () => Membership | null>()
      members.set(group, ofGroup)
      if (membership) ofGroup.set(member, membership)
      else ofGroup.delete(member)
      if (ofGroup.size === 0) members.delete(group)
    },
  }
}

/** Offsets outlive their topics. */
const existingOf = async (cluster: Cluster, topics: readonly string[]): Promise<string[]> => {
  const unknown = topics.filter(topic => !cluster.known(topic))
  if (unknown.length > 0) await cluster.retry('topics', () => cluster.refresh(unknown))
  return topics.filter(topic => cluster.known(topic))
}
