import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import type { DeadLetter, EngineProgress } from './engine-api.ts'
import { type OrderRecord, parseOrderRecord } from './order-record.ts'
import { onlyPartition } from '../only-partition.ts'
import { parseOutcomeRecord } from './outcome-record.ts'
import type { PublishedUpTo } from './publisher.ts'
import { EVENT, type Item, LABEL, packItems, transferables } from './packed-items.ts'
import type { WorkerClient } from './worker-client.ts'

export interface Recovered {
  /** Order records fed again. */
  replayed: number
  diverged: number
  /** Of the worker, after all of it. */
  progress: EngineProgress
  /** Next offsets of what the session publishes. */
  upTo: PublishedUpTo
  alreadyDead: (letter: DeadLetter) => boolean
  /** Triples of outcomes that the replay showed and that were not published before the crash. */
  unpublished: Float64Array<ArrayBuffer>
}

/** Items sent to the worker at once while replaying. */
const CHUNK = 1000

/**
 * Feeds a worker everything its session published after its checkpoint, in the order of the order log and with the same
 * labels in between, so that its state equals that of a run that was never interrupted. Publishes nothing, and does not
 * stop half-way: the state would be none that the session ever had.
 */
export async function replayOrderLog({
  log,
  worker,
  topics,
  session,
  partition,
  from,
  progress: opened,
}: {
  log: EventLog
  worker: WorkerClient
  topics: Topics
  session: string
  partition: number
  /** As the checkpoint knew them. */
  from: PublishedUpTo
  /** Of the worker, as its checkpoint left it. */
  progress: EngineProgress
}): Promise<Recovered> {
  const { labels, source } = opened
  const partitions = labels.length
  const labelReaders = labels.map((from, index) =>
    createLabelReader({ log, topic: topics.labels, partitions, partition: index, from }),
  )
  const at = [...labels]
  let items: Item[] = []
  let replayed = 0
  let diverged = 0
  let progress = opened
  let end = from.order
  const outcomes: Float64Array[] = []

  async function flush(): Promise<void> {
    if (items.length === 0) return
    const packed = packItems(items)
    items = []
    const reply = await worker.call('replay', { items: packed }, transferables(packed))
    diverged += reply.diverged
    progress = reply.progress
    outcomes.push(reply.outcomes)
  }

  for await (const { records } of log.read(topics.predictions, {
    from: onlyPartition(partitions, partition, from.order),
    partitions: [partition],
  })) {
    for (const record of records) {
      end = record.offset + 1
      const order = parseOrderRecord(record.value)
      if (order.session !== session) continue
      await pushLabels(order)
      items.push({ kind: EVENT, record })
      replayed++
      if (items.length >= CHUNK) await flush()
    }
  }
  await flush()
  const dead = await deadSince(log, topics, from.deadLetters, { event: source, label: labels })
  const told = await outcomesSince({ log, topics, session, partition, partitions, from: from.outcomes })
  // Outcomes count from the session's first, and are published in that order.
  const known = Math.max(0, (told.count ?? opened.labelled) - opened.labelled)
  return {
    replayed,
    diverged,
    progress,
    upTo: { order: end, outcomes: told.next, deadLetters: dead.next },
    alreadyDead: dead.alreadyDead,
    unpublished: joined(outcomes).slice(known * 3),
  }

  async function pushLabels({ labels: upTo }: OrderRecord): Promise<void> {
    for (let p = 0; p < upTo.length; p++) {
      while ((at[p] as number) < (upTo[p] as number)) {
        const record = await labelReaders[p]?.next()
        if (!record || record.offset >= (upTo[p] as number)) {
          // Offsets may have holes, and retention may have taken labels; what is left is still in order.
          if (record) labelReaders[p]?.unread(record)
          at[p] = upTo[p] as number
          break
        }
        at[p] = record.offset + 1
        items.push({ kind: LABEL, record })
      }
    }
  }
}

interface LabelReader {
  next(): Promise<LogRecord | undefined>
  unread(record: LogRecord): void
}

function createLabelReader({
  log,
  topic,
  partitions,
  partition,
  from,
}: {
  log: EventLog
  topic: string
  partitions: number
  partition: number
  from: number
}): LabelReader {
  let batches: AsyncIterator<{ records: readonly LogRecord[] }> | undefined
  const queue: LogRecord[] = []
  return {
    async next() {
      if (!batches) {
        const start = onlyPartition(partitions, partition, from)
        const found = log.read(topic, { from: start, partitions: [partition] })
        batches = found[Symbol.asyncIterator]()
      }
      while (queue.length === 0) {
        const batch = await batches.next()
        if (batch.done) return undefined
        queue.push(...batch.value.records)
      }
      return queue.shift()
    },
    unread(record) {
      queue.unshift(record)
    },
  }
}

/** Dead letters of records at or after the checkpoint's offsets, so that none is published twice. */
async function deadSince(
  log: EventLog,
  topics: Topics,
  from: readonly number[],
  since: Readonly<Record<DeadLetter['kind'], readonly number[]>>,
): Promise<{ alreadyDead: (letter: DeadLetter) => boolean; next: number[] }> {
  const seen = new Set<string>()
  const next = [...from]
  for await (const { records } of log.read(topics.deadLetters, { from })) {
    for (const { value, partition: p, offset: at } of records) {
      next[p] = at + 1
      const { kind, partition, offset } = JSON.parse(new TextDecoder().decode(value)) as DeadLetter
      if (offset >= (since[kind][partition] ?? 0)) seen.add(`${kind}/${partition}/${offset}`)
    }
  }
  return { alreadyDead: ({ kind, partition, offset }) => seen.has(`${kind}/${partition}/${offset}`), next }
}

/** How many outcomes of a session were published, as far as the log from an offset on tells. */
async function outcomesSince({
  log,
  topics,
  session,
  partition,
  partitions,
  from,
}: {
  log: EventLog
  topics: Topics
  session: string
  partition: number
  partitions: number
  from: number
}): Promise<{ count: number | null; next: number }> {
  let count: number | null = null
  let next = from
  for await (const { records } of log.read(topics.outcomes, {
    from: onlyPartition(partitions, partition, from),
    partitions: [partition],
  })) {
    for (const { value, offset } of records) {
      next = offset + 1
      const record = parseOutcomeRecord(value)
      if (record.session === session) count = record.from + record.rows.length
    }
  }
  return { count, next }
}

function joined(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
