import { setTimeout as sleep } from 'node:timers/promises'
import {
  BATCH_BYTES,
  nextSequence,
  type OutgoingRecord,
  type ProducerIdentity,
  signBatch,
  sizeOf,
} from './batch-builder.ts'
import type { Cluster } from './cluster.ts'
import { finalFailure, isPassing } from './failure.ts'
import { logClosed, unknownTopic, unreachable } from './log-errors.ts'
import { produceProtocol } from './produce.ts'
import {
  createPendingBatch,
  createProducerLane,
  FIRST_DELAY_MS,
  type PendingBatch,
  type ProducerLane,
} from './producer-lane.ts'
import { type ProtocolError, protocolError } from './protocol-error.ts'
import { isRefusal, refusedRecords } from './refused-records.ts'
import { createWakeTimer } from './wake-timer.ts'

/**
 * Appends to partitions in the order of the calls. Whatever comes while a partition's batch is under way goes into its next
 * one. A batch is sent again as the same bytes until the broker has answered, which tells repetitions by producer id and
 * sequence (KIP-98): nothing is doubled or reordered by outages. One batch of a partition is under way at a time.
 */
export interface Producer {
  /** Queues within the call; resolves with each record's offset once all replicas in sync have it. */
  append(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<readonly number[]>
  /** Waits for what is under way, at most so long, and fails the rest with `LOG_CLOSED`. */
  close(patienceMs: number): Promise<void>
}

const REQUEST_BYTES = 8 * 1024 ** 2
/** How long a leader waits for its replicas. */
const REPLICAS_TIMEOUT_MS = 5_000
const LONGEST_DELAY_MS = 1000
/** Error codes, for what we find out ourselves. */
const [UNKNOWN_TOPIC, LEADER_NOT_AVAILABLE] = [3, 5]
const MISSING_MS = 5_000
/** The broker no longer knows the sequence: a new identity begins another. */
const LOST_IDENTITY = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
])

export const createProducer = (cluster: Cluster): Producer => {
  const lanes = new Map<string, ProducerLane>()
  const busyNodes = new Set<number>()
  let identity: Promise<ProducerIdentity> | null = null
  let closed = false

  const laneOf = (topic: string, partition: number): ProducerLane => {
    const key = `${topic}:${partition}`
    const lane = lanes.get(key) ?? createProducerLane(topic, partition)
    lanes.set(key, lane)
    return lane
  }

  // So late that what the same turn of the event loop appends goes along.
  const timer = createWakeTimer(() => {
    const now = performance.now()
    const byNode = new Map<number, ProducerLane[]>()
    let next = Number.POSITIVE_INFINITY
    for (const lane of lanes.values()) {
      if (lane.sending || lane.queue.length === 0) continue
      if (lane.notBefore > now) {
        next = Math.min(next, lane.notBefore)
        continue
      }
      const leader = cluster.known(lane.topic)?.leaders[lane.partition] ?? -1
      if (leader < 0) {
        postpone(lane, protocolError(cluster.known(lane.topic) ? LEADER_NOT_AVAILABLE : UNKNOWN_TOPIC))
        next = Math.min(next, lane.notBefore)
        continue
      }
      const ofNode = byNode.get(leader) ?? []
      byNode.set(leader, ofNode)
      ofNode.push(lane)
    }
    for (const [node, ready] of byNode) {
      if (busyNodes.has(node)) continue
      busyNodes.add(node)
      void send(node, ready).finally(() => {
        busyNodes.delete(node)
        timer.wake()
      })
    }
    if (next < Number.POSITIVE_INFINITY) timer.wakeAt(next)
  })

  const send = async (node: number, ready: readonly ProducerLane[]) => {
    const sent: { lane: ProducerLane; batch: PendingBatch }[] = []
    let bytes = 0
    for (const lane of ready) {
      const batch = lane.queue[0]!
      if (bytes > 0 && bytes + batch.builder.bytes > REQUEST_BYTES) continue
      bytes += batch.builder.bytes
      lane.sending = true
      sent.push({ lane, batch })
    }
    try {
      const batches = await Promise.all(
        sent.map(async ({ lane, batch }) => {
          batch.bytes ??= await batch.builder.build({ transactional: false })
          if (!batch.signed) {
            if (!lane.identity) {
              lane.identity = await (identity ??= newIdentity())
              lane.sequence = 0
            }
            signBatch(batch.bytes, lane.identity, lane.sequence)
            batch.signed = true
          }
          return { topic: lane.topic, partition: lane.partition, batch: batch.bytes }
        }),
      )
      const protocol = produceProtocol({ batches, transactionalId: null, timeoutMs: REPLICAS_TIMEOUT_MS })
      const results = await cluster.link(node, 'produce').send(protocol)
      for (const { lane, batch } of sent) {
        const result = results.find(
          ({ topic, partition }) => topic === lane.topic && partition === lane.partition,
        )
        if (result?.errorCode === 0) acknowledge(lane, batch, result.baseOffset)
        else fail(lane, batch, protocolError(result?.errorCode ?? -1))
      }
    } catch (error) {
      for (const { lane, batch } of sent) fail(lane, batch, error)
    } finally {
      for (const { lane } of sent) lane.sending = false
    }
  }

  const newIdentity = (): Promise<ProducerIdentity> =>
    (async () => {
      const answer = await (await cluster.anyLink()).call<{
        errorCode: number
        producerId: string
        producerEpoch: number
      }>('InitProducerId', { transactionalId: null, transactionTimeout: 0 })
      if (answer.errorCode !== 0) throw protocolError(answer.errorCode)
      return { producerId: BigInt(answer.producerId), epoch: answer.producerEpoch }
    })().catch((error: unknown) => {
      identity = null
      throw error
    })

  const acknowledge = (lane: ProducerLane, batch: PendingBatch, baseOffset: number) => {
    lane.queue.shift()
    lane.sequence = nextSequence(lane.sequence, batch.builder.count)
    lane.delayMs = FIRST_DELAY_MS
    lane.missingSince = 0
    batch.resolve(baseOffset)
  }
  /** What follows must not be taken for a part of the same sequence. */
  const forgetIdentity = (lane: ProducerLane) => {
    lane.identity = null
    identity = null
  }
  const giveUp = (lane: ProducerLane, batch: PendingBatch, error: Error) => {
    lane.queue.shift()
    batch.reject(error)
  }

  const fail = (lane: ProducerLane, batch: PendingBatch, error: unknown) => {
    if (lane.queue[0] !== batch) return
    const what = `appending to ${nameOf(lane.topic)} ${lane.partition}`
    const type = (error as Partial<ProtocolError>).type
    if (type !== undefined && LOST_IDENTITY.has(type)) {
      forgetIdentity(lane)
      batch.signed = false
      return postpone(lane, null)
    }
    if (type !== undefined && isRefusal(type)) {
      return giveUp(lane, batch, refusedRecords(what, type, error))
    }
    const final = finalFailure(error, what, cluster.settings)
    const waited = performance.now() - batch.created
    if (!final && isPassing(error) && waited <= cluster.settings.patienceMs) return postpone(lane, error)
    // Whether the broker has it is not known.
    forgetIdentity(lane)
    giveUp(
      lane,
      batch,
      final ?? (isPassing(error) ? unreachable(what, cluster.settings, waited, error) : asError(error)),
    )
  }

  const postpone = (lane: ProducerLane, error: unknown) => {
    const now = performance.now()
    lane.notBefore = now + lane.delayMs * (0.5 + Math.random())
    lane.delayMs = Math.min(lane.delayMs * 2, LONGEST_DELAY_MS)
    timer.wakeAt(lane.notBefore)
    if (error === null) return
    if ((error as Partial<ProtocolError>).type === 'UNKNOWN_TOPIC_OR_PARTITION') lane.missingSince ||= now
    void cluster.refresh([lane.topic]).then(
      () => {
        if (cluster.known(lane.topic)) return
        if (performance.now() - (lane.missingSince || now) < MISSING_MS) return
        for (const batch of lane.queue.splice(0)) batch.reject(unknownTopic(nameOf(lane.topic)))
        forgetIdentity(lane)
      },
      () => {},
    )
  }
  const nameOf = (topic: string) => topic.slice(cluster.settings.topicPrefix.length)

  return {
    async append(topic, partition, records) {
      if (closed) throw logClosed()
      const lane = laneOf(topic, partition)
      const places: { batch: PendingBatch; index: number }[] = []
      for (const record of records) {
        let batch = lane.queue.at(-1)
        const isUnderWay =
          batch !== undefined && (batch.bytes !== null || (lane.sending && lane.queue.length === 1))
        if (!batch || isUnderWay || batch.builder.bytes + sizeOf(record) > BATCH_BYTES) {
          batch = createPendingBatch()
          lane.queue.push(batch)
        }
        places.push({ batch, index: batch.builder.add(record) })
      }
      timer.wake()
      const offsets = new Map<PendingBatch, number>()
      const batches = [...new Set(places.map(({ batch }) => batch))]
      const results = await Promise.allSettled(
        batches.map(async batch => offsets.set(batch, await batch.done)),
      )
      for (const result of results) if (result.status === 'rejected') throw result.reason
      return places.map(({ batch, index }) => offsets.get(batch)! + index)
    },
    async close(patienceMs) {
      closed = true
      const deadline = performance.now() + patienceMs
      const isBusy = () => [...lanes.values()].some(({ queue }) => queue.length > 0)
      while (isBusy() && performance.now() < deadline) await sleep(2)
      timer.stop()
      for (const { queue } of lanes.values()) for (const batch of queue.splice(0)) batch.reject(logClosed())
    },
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
