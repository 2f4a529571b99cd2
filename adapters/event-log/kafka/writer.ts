import { setTimeout as sleep } from 'node:timers/promises'
import type { FencedWriter, RecordPosition, TopicBatch } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import type { ProducerIdentity } from './batch-builder.ts'
import type { Cluster } from './cluster.ts'
import { finalFailure, isOutage, isPassing } from './failure.ts'
import type { Link } from './link.ts'
import type { PendingCommits } from './list-offsets.ts'
import { logClosed, unreachable } from './log-errors.ts'
import { produceProtocol } from './produce.ts'
import { errorType, type ProtocolError, protocolError } from './protocol-error.ts'
import { isRefusal, refusedRecords } from './refused-records.ts'
import { ownCopy, shareRecords, type TopicView } from './topic-view.ts'
import { buildBatches, hasMore, keyOf, partsOf, type TransactionPart } from './transaction-parts.ts'

export interface WriterOptions {
  cluster: Cluster
  /** As the port's caller names it. */
  id: string
  commits: PendingCommits
  viewOf: (topic: string) => Promise<TopicView>
}

/** A holder that stops in the middle of a transaction blocks read_committed readers no longer than this. */
const TRANSACTION_TIMEOUT_MS = 60_000
/** Gives up before the coordinator does, so that a transaction is never finished by both. */
const PATIENCE_MS = 50_000
/** For a transaction that has failed already. */
const ABORT_PATIENCE_MS = 1_000
const REPLICAS_TIMEOUT_MS = 5_000
const FIRST_DELAY_MS = 1
const OUTAGE_DELAY_MS = 20
const LONGEST_DELAY_MS = 250
const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'TRANSACTION_COORDINATOR_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
])
const MOVED = new Set([
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'BROKER_NOT_AVAILABLE',
])

/**
 * A transactional producer (KIP-98), whose id is the fence: `InitProducerId` raises the id's epoch, waits for what an earlier
 * holder began to be aborted or, where it was being committed, committed, and lets brokers refuse the old epoch from then on.
 *
 * One append is one transaction. Every step is repeated as it is until there is an answer: batches are known by producer,
 * epoch and sequence, and to end a transaction twice the same way is to end it once, as long as no other is begun. So an
 * outage doubles nothing. Where no answer comes in time, the writer ends: a commit that was asked for may or may not have
 * happened, and opening the writer again decides it before anything can be read of it. The identity is never renewed by a
 * writer itself, since a fenced one would take the id back from its successor.
 */
export const openKafkaWriter = async ({
  cluster,
  id,
  commits,
  viewOf,
}: WriterOptions): Promise<FencedWriter> => {
  const { settings } = cluster
  const transactionalId = `${settings.topicPrefix}${id}`
  const purpose = `writer ${id} ${Math.random().toString(36).slice(2)}`
  const sequences = new Map<string, number>()
  let ended: Error | null = null
  let turn: Promise<unknown> = Promise.resolve()

  const coordinator = async (): Promise<Link> =>
    cluster.link(await cluster.coordinator('transaction', transactionalId), purpose)

  /** Repeats a step of the protocol until it is answered. Throws the broker's final word, or `ENGINE_UNREACHABLE`. */
  const step = async <T>(what: string, deadline: number, attempt: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      if (cluster.closed.aborted) throw logClosed()
      try {
        return await attempt()
      } catch (error) {
        const type = errorType(error)
        if (type !== undefined && FENCED.has(type)) throw error
        if (isOutage(error) || (type !== undefined && MOVED.has(type)))
          cluster.forgetCoordinator('transaction', transactionalId)
        const final = finalFailure(error, `writer ${id}, ${what}`, settings)
        if (!isPassing(error)) throw type !== undefined && isRefusal(type) ? error : (final ?? error)
        const now = performance.now()
        if (now + delay > deadline) throw unreachable(`writer ${id}, ${what}`, settings, now - begun, error)
        await sleep(isOutage(error) ? Math.max(delay, OUTAGE_DELAY_MS) : delay)
      }
    }
  }

  const opening = performance.now() + settings.patienceMs
  const identity: ProducerIdentity = await step('opening', opening, async () => {
    const answer = await (await coordinator()).call<{
      errorCode: number
      producerId: string
      producerEpoch: number
    }>('InitProducerId', { transactionalId, transactionTimeout: TRANSACTION_TIMEOUT_MS })
    if (answer.errorCode !== 0) throw protocolError(answer.errorCode)
    return { producerId: BigInt(answer.producerId), epoch: answer.producerEpoch }
  })
  const signed = { producerId: String(identity.producerId), producerEpoch: identity.epoch }

  const addPartitions = (parts: readonly TransactionPart[], deadline: number) =>
    step('beginning a transaction', deadline, async () => {
      const topics = [...Map.groupBy(parts, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ partition }) => partition),
      }))
      const answer = await (await coordinator()).call<{
        errors: readonly { partitionErrors: readonly { errorCode: number }[] }[]
      }>('AddPartitionsToTxn', { transactionalId, ...signed, topics })
      for (const { partitionErrors } of answer.errors) {
        // Where one partition is refused, the others say only that they were not attempted.
        const codes = partitionErrors.map(({ errorCode }) => errorCode).filter(code => code !== 0)
        const telling = codes.find(code => protocolError(code).type !== 'OPERATION_NOT_ATTEMPTED') ?? codes[0]
        if (telling !== undefined) throw protocolError(telling)
      }
    })

  /** The next batch of every part, again and again until all are acknowledged. */
  const produce = async (parts: readonly TransactionPart[], deadline: number) => {
    while (parts.some(hasMore)) await step('appending', deadline, () => produceOnce(parts.filter(hasMore)))
  }
  const produceOnce = async (parts: readonly TransactionPart[]) => {
    const byLeader = new Map<number, TransactionPart[]>()
    for (const part of parts) {
      const leader = (await cluster.topic(part.topic)).leaders[part.partition] ?? -1
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), part])
    }
    const outcomes = await Promise.allSettled(
      [...byLeader].map(async ([leader, ofLeader]) => {
        const batches = ofLeader.map(({ topic, partition, batches }) => ({
          topic,
          partition,
          batch: batches[0]!.bytes,
        }))
        const link = cluster.link(leader, `${purpose} produce`)
        const results = await link.send(
          produceProtocol({ batches, transactionalId, timeoutMs: REPLICAS_TIMEOUT_MS }),
        )
        let failure: ProtocolError | null = null
        for (const { topic, partition, errorCode, baseOffset } of results) {
          const part = ofLeader.find(one => one.topic === topic && one.partition === partition)
          if (!part) continue
          if (errorCode === 0) {
            const { count, next } = part.batches.shift()!
            for (let i = 0; i < count; i++) part.offsets.push(baseOffset + i)
            sequences.set(keyOf(part), next)
          } else failure ??= protocolError(errorCode)
        }
        if (failure) throw failure
      }),
    )
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    if (!failed) return
    if (isPassing(failed.reason))
      await cluster.refresh([...new Set(parts.map(({ topic }) => topic))]).catch(() => {})
    throw failed.reason
  }

  const end = (commit: boolean, deadline: number) =>
    step(commit ? 'committing' : 'aborting', deadline, async () => {
      const options = { transactionalId, ...signed, transactionResult: commit }
      const answer = await (await coordinator()).call<{ errorCode: number }>('EndTxn', options)
      if (answer.errorCode !== 0) throw protocolError(answer.errorCode)
    })

  const transact = async (parts: readonly TransactionPart[]) => {
    const deadline = performance.now() + Math.min(PATIENCE_MS, settings.patienceMs)
    await Promise.all(parts.map(part => buildBatches(part, identity, sequences.get(keyOf(part)) ?? 0)))
    try {
      await addPartitions(parts, deadline)
      await produce(parts, deadline)
    } catch (error) {
      const type = errorType(error)
      const isRefused = type !== undefined && isRefusal(type)
      const isOver = (type !== undefined && FENCED.has(type)) || cluster.closed.aborted
      // Without an answer in time the coordinator aborts by itself; till then readers would wait.
      const aborted = isOver ? null : end(false, isRefused ? deadline : performance.now() + ABORT_PATIENCE_MS)
      if (!isRefused) {
        await aborted?.catch(() => {})
        throw error
      }
      await aborted
      throw refusedRecords(`writer ${id}`, type, error)
    }
    await end(true, deadline)
    for (const { topic, partition, offsets } of parts) commits.add(topic, partition, offsets.at(-1)! + 1)
  }

  const append = async (batches: readonly TopicBatch[]): Promise<RecordPosition[][]> => {
    if (ended) throw ended
    const now = Date.now()
    const views = await Promise.all(batches.map(({ topic }) => viewOf(topic)))
    const shared = batches.map(({ records, partition }, i) =>
      shareRecords(views[i]!, records, partition, now),
    )
    const { parts, positions } = partsOf(views, shared)
    if (parts.length === 0) return batches.map(() => [])
    try {
      await transact(parts)
    } catch (error) {
      if (error instanceof PortError && error.code === 'INVALID_ARGUMENT') throw error
      ended = endedBy(error, id)
      cluster.release(purpose)
      throw ended
    }
    return positions()
  }

  return {
    append(batches) {
      // Copied now, since it may be a while until their turn comes.
      const own = batches.map(batch => ({ ...batch, records: batch.records.map(ownCopy) }))
      const done = turn.then(() => append(own))
      turn = done.catch(() => {})
      return done
    },
    async [Symbol.asyncDispose]() {
      await turn
      ended ??= new PortError('LOG_CLOSED', `Writer ${id} is closed, wanted an open one.`)
      cluster.release(purpose)
    },
  }
}

/** What every later append is told, too. */
const endedBy = (error: unknown, id: string): Error => {
  const type = errorType(error)
  if (type !== undefined && FENCED.has(type)) {
    const why = 'it was opened again elsewhere, or was silent in the middle of a transaction for too long'
    return new PortError(
      'WRITER_FENCED',
      `Writer ${id} is fenced (${type}): ${why}; open it again to go on.`,
      {
        cause: error,
      },
    )
  }
  if (error instanceof PortError && error.code !== 'ENGINE_UNREACHABLE') return error
  const text = error instanceof Error ? error.message : String(error)
  return new PortError(
    error instanceof PortError ? error.code : 'LOG_WRITE_FAILED',
    `Writer ${id} has ended, and whether its last append took place is not known: open it again and read on from there. ${text}`,
    { cause: error },
  )
}
