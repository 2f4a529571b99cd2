import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { protocolError } from './protocol-error.ts'

export interface Watermarks {
  /** Low watermark. */
  start: number
  /** End of what read_committed readers can see. */
  end: number
}

interface ListOffsetsAnswer {
  responses: readonly {
    topic: string
    partitions: readonly { partition: number; errorCode: number; offset: string }[]
  }[]
}

const EARLIEST = -2
const LATEST = -1
const READ_COMMITTED = 1
const CONSUMER = -1
/** A commit shows within milliseconds, unless another writer's open transaction lies before it. */
const COMMIT_PATIENCE_MS = 500
const COMMIT_POLL_MS = 2

/** Both watermarks of all partitions of topics: one request per broker and side, the sides side by side. */
export const listOffsets = async (
  cluster: Cluster,
  topics: readonly string[],
): Promise<Map<string, Watermarks[]>> => {
  return cluster.retry('offsets', async () => {
    const metadata = await Promise.all(topics.map(topic => cluster.topic(topic)))
    const byNode = new Map<number, Map<string, number[]>>()
    for (const { name, leaders } of metadata) {
      for (const [partition, leader] of leaders.entries()) {
        const ofNode = byNode.get(leader) ?? new Map<string, number[]>()
        byNode.set(leader, ofNode.set(name, [...(ofNode.get(name) ?? []), partition]))
      }
    }
    const found = new Map(
      metadata.map(({ name, leaders }) => [name, leaders.map(() => ({ start: 0, end: 0 }))]),
    )
    try {
      await Promise.all(
        [...byNode].flatMap(([node, partitions]) =>
          [EARLIEST, LATEST].map(async side => {
            const answer = await cluster.link(node, 'offsets').call<ListOffsetsAnswer>('ListOffsets', {
              replicaId: CONSUMER,
              isolationLevel: READ_COMMITTED,
              topics: [...partitions].map(([topic, ids]) => ({
                topic,
                partitions: ids.map(partition => ({ partition, timestamp: side })),
              })),
            })
            for (const { topic, partitions } of answer.responses) {
              for (const { partition, errorCode, offset } of partitions) {
                if (errorCode !== 0) throw protocolError(errorCode)
                found.get(topic)![partition]![side === EARLIEST ? 'start' : 'end'] = Number(offset)
              }
            }
          }),
        ),
      )
    } catch (error) {
      await cluster.refresh(topics)
      throw error
    }
    return found
  })
}

/** Ends of transactions that this process committed and that readers may not see yet: a commit is answered before its markers are written. */
export interface PendingCommits {
  /** The offset behind the last record of a commit. */
  add(topic: string, partition: number, end: number): void
  /** Whether the watermarks show all that was committed; what they do show is forgotten. */
  shownBy(found: ReadonlyMap<string, readonly Watermarks[]>): boolean
}

export const createPendingCommits = (): PendingCommits => {
  const ends = new Map<string, { topic: string; partition: number; end: number }>()
  return {
    add(topic, partition, end) {
      const key = `${topic}:${partition}`
      ends.set(key, { topic, partition, end: Math.max(end, ends.get(key)?.end ?? 0) })
    },
    shownBy(found) {
      let shown = true
      for (const [key, { topic, partition, end }] of ends) {
        const seen = found.get(topic)?.[partition]?.end
        if (seen === undefined) continue
        if (seen >= end) ends.delete(key)
        else shown = false
      }
      return shown
    },
  }
}

/** As `listOffsets`, once own commits show, so that who has appended can read what was appended. */
export const listOffsetsAfterCommits = async (
  cluster: Cluster,
  commits: PendingCommits,
  topics: readonly string[],
): Promise<Map<string, Watermarks[]>> => {
  const deadline = performance.now() + COMMIT_PATIENCE_MS
  for (;;) {
    const found = await listOffsets(cluster, topics)
    if (commits.shownBy(found) || performance.now() > deadline) return found
    await sleep(COMMIT_POLL_MS)
  }
}
