import { setTimeout as sleep } from 'node:timers/promises'
import { assignRanges } from './assign-ranges.ts'
import type { Cluster } from './cluster.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts'
import type { Membership } from './group-offsets.ts'
import type { Link } from './link.ts'
import { logClosed } from './log-errors.ts'
import { errorType, protocolError } from './protocol-error.ts'

/** A place in a consumer group, for one topic. */
export interface GroupMember {
  /** Joins, or joins again, and returns the partitions that it has from now on. Throws when the group refuses it for good. */
  join(): Promise<readonly number[]>
  /** Whether the group has gone on without this member's consent: what it reads belongs to nobody until it joins again. */
  readonly isStale: boolean
  /** Whether it was taken for gone, so that others may have read its partitions. */
  readonly wasLost: boolean
  readonly membership: Membership | null
  /** Called when `isStale` becomes true. */
  onStale: () => void
  /** Gives its partitions back; it may join again. */
  leave(): Promise<void>
  /** Leaves for good: a join that is under way fails. */
  close(): Promise<void>
}

interface JoinGroupAnswer {
  errorCode: number
  generationId: number
  leaderId: string
  memberId: string
  members: readonly { memberId: string; memberMetadata: Buffer }[]
}

/** A member that is silent for so long is taken for gone. */
const SESSION_TIMEOUT_MS = 10_000
/** How long a rebalance waits for a member that works on a batch. */
const REBALANCE_TIMEOUT_MS = 60_000
const HEARTBEAT_MS = 500
const JOIN_TIMEOUT_MS = REBALANCE_TIMEOUT_MS + 5_000
const LEAVE_PATIENCE_MS = 300
/** Kafka's name for contiguous ranges, so that Java's clients can be in the same group. */
const ASSIGNOR = 'range'
const LOST = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])

export const createGroupMember = (cluster: Cluster, topic: string, group: string): GroupMember => {
  const purpose = `member ${group} ${Math.random().toString(36).slice(2)}`
  let memberId = ''
  let generationId = -1
  let stale = true
  let lost = true
  let closing: Promise<void> | null = null
  let heartbeat: NodeJS.Timeout | null = null

  const link = async (kind = ''): Promise<Link> =>
    cluster.link(await cluster.coordinator('group', group), purpose + kind)
  const call = async <T extends { errorCode: number }>(api: string, options: object, timeoutMs?: number) => {
    try {
      const answer = await (await link()).call<T>(api, { groupId: group, ...options }, timeoutMs)
      if (answer.errorCode !== 0) throw protocolError(answer.errorCode)
      return answer
    } catch (error) {
      const type = errorType(error)
      if (type === undefined || /COORDINATOR|BROKER_NOT/.test(type)) cluster.forgetCoordinator('group', group)
      throw error
    }
  }

  const becomeStale = (isLost: boolean) => {
    if (heartbeat) clearTimeout(heartbeat)
    heartbeat = null
    if (isLost) {
      memberId = ''
      lost = true
    }
    if (stale) return
    stale = true
    member.onStale()
  }
  const beat = (lastAnswer: number) => {
    heartbeat = setTimeout(async () => {
      const generation = generationId
      const isCurrent = () => !stale && generation === generationId
      try {
        await call('Heartbeat', { groupGenerationId: generation, memberId })
        if (isCurrent()) beat(performance.now())
      } catch (error) {
        if (!isCurrent()) return
        const type = errorType(error)
        const isGone =
          type !== undefined ? LOST.has(type) : performance.now() - lastAnswer > SESSION_TIMEOUT_MS
        if (isGone || type === 'REBALANCE_IN_PROGRESS') becomeStale(isGone)
        else beat(lastAnswer)
      }
    }, HEARTBEAT_MS)
    heartbeat.unref()
  }

  const joinOnce = async (): Promise<readonly number[]> => {
    if (closing) throw logClosed()
    const options = {
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      protocolType: 'consumer',
      groupProtocols: [{ name: ASSIGNOR, metadata: encodeSubscription([topic]) }],
    }
    const answer = await (await link()).call<JoinGroupAnswer>(
      'JoinGroup',
      { groupId: group, memberId, ...options },
      JOIN_TIMEOUT_MS,
    )
    if (answer.errorCode !== 0) {
      const error = protocolError(answer.errorCode)
      if (error.type === 'MEMBER_ID_REQUIRED') memberId = answer.memberId
      if (error.type === 'UNKNOWN_MEMBER_ID') memberId = ''
      throw error.type === 'MEMBER_ID_REQUIRED' || error.type === 'UNKNOWN_MEMBER_ID'
        ? Object.assign(error, { retriable: true })
        : error
    }
    memberId = answer.memberId
    generationId = answer.generationId
    const groupAssignment = answer.leaderId === memberId ? await assign(answer.members) : []
    const synced = await call<{ errorCode: number; memberAssignment: Buffer | null }>(
      'SyncGroup',
      { generationId, memberId, groupAssignment },
      JOIN_TIMEOUT_MS,
    )
    return decodeAssignment(synced.memberAssignment).get(topic) ?? []
  }
  const assign = async (members: JoinGroupAnswer['members']) => {
    const topicsOf = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: decodeSubscription(memberMetadata),
    }))
    const topics = [...new Set(topicsOf.flatMap(({ topics }) => topics))]
    const counts = new Map(
      await Promise.all(
        topics.map(async name => [name, (await cluster.topic(name)).leaders.length] as const),
      ),
    )
    return [...assignRanges(topicsOf, counts)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: encodeAssignment(assignment),
    }))
  }

  const member: GroupMember = {
    onStale() {},
    get isStale() {
      return stale
    },
    get wasLost() {
      return lost
    },
    get membership() {
      return stale ? null : { memberId, generationId }
    },
    async join() {
      lost = memberId === ''
      const partitions = await cluster.retry(`joining ${group}`, async () => {
        try {
          return await joinOnce()
        } catch (error) {
          const type = errorType(error)
          if (type === undefined || /COORDINATOR/.test(type)) cluster.forgetCoordinator('group', group)
          if (type !== undefined && (LOST.has(type) || type === 'REBALANCE_IN_PROGRESS')) {
            if (LOST.has(type)) {
              memberId = ''
              lost = true
            }
            throw Object.assign(error as Error, { retriable: true })
          }
          throw error
        }
      })
      stale = false
      beat(performance.now())
      return partitions
    },
    async leave() {
      if (heartbeat) clearTimeout(heartbeat)
      heartbeat = null
      stale = true
      if (memberId === '' || cluster.closed.aborted) return
      // By a connection of its own, since a join may still be waiting on the other.
      const left = (async () => (await link(' leaving')).call('LeaveGroup', { groupId: group, memberId }))()
      await Promise.race([left.catch(() => {}), sleep(LEAVE_PATIENCE_MS, undefined, { ref: false })])
      memberId = ''
    },
    async close() {
      closing ??= member.leave().finally(() => cluster.release(purpose))
      await closing
    },
  }
  return member
}
