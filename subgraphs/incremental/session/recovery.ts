import type { EventLog, Gap, LogRecord } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import { deadSince } from './dead-since.ts'
import type { DriftRow } from './drift-record.ts'
import type { DeadLetter, EngineProgress } from './engine-api.ts'
import { onlyPartition } from '../only-partition.ts'
import { createLabelReader } from './label-reader.ts'
import { labelsText, type OrderRecord, parseOrderRecord } from './order-record.ts'
import { publishedSince } from './published-since.ts'
import type { PublishedUpTo } from './publisher.ts'
import { EVENT, type Item, LABEL, packItems, transferables } from './packed-items.ts'
import type { OrderStretch } from './session-record.ts'
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
  /** Likewise of drift. */
  unpublishedDrift: DriftRow[]
  /** What retention took of what had to be read, one sentence each. */
  missing: readonly string[]
}

/** Items sent to the worker at once while replaying. */
const CHUNK = 1000

/**
 * Feeds a worker everything its session, and those that it begins behind, published after its checkpoint, in the order of
 * the order logs and with the same labels in between, so that its state equals that of a run that was never interrupted.
 * Publishes nothing, and does not stop half-way: the state would be none that the session ever had.
 */
export async function replayOrderLog({
  log,
  worker,
  topics,
  session,
  partition,
  heritage,
  from,
  progress: opened,
  signal,
}: {
  log: EventLog
  worker: WorkerClient
  topics: Topics
  session: string
  partition: number
  /** Of earlier sessions, that this one begins behind. */
  heritage: readonly OrderStretch[]
  /** As the checkpoint knew them. */
  from: PublishedUpTo
  /** Of the worker, as its checkpoint left it. */
  progress: EngineProgress
  /** Cuts reading off where nobody waits for the result any more. */
  signal: AbortSignal
}): Promise<Recovered> {
  const { labels, source } = opened
  const partitions = labels.length
  const missing: string[] = []
  const labelReaders = labels.map((from, index) =>
    createLabelReader({
      log,
      topic: topics.labels,
      partitions,
      partition: index,
      from,
      signal,
      onGap: gap => missing.push(taken(topics.labels, gap)),
    }),
  )
  const at = [...labels]
  let items: Item[] = []
  let replayed = 0
  let diverged = 0
  let progress = opened
  let sequence = opened.sequence
  const outcomes: Float64Array[] = []
  const drift: DriftRow[] = []

  async function flush(): Promise<void> {
    if (items.length === 0) return
    const packed = packItems(items)
    items = []
    const reply = await worker.call('replay', { items: packed }, transferables(packed))
    diverged += reply.diverged
    progress = reply.progress
    outcomes.push(reply.outcomes)
    drift.push(...reply.drift)
  }

  for (const stretch of heritage) await feed(stretch)
  await flush()
  const inherited = progress.labelled - opened.labelled
  const inheritedDrift = driftOf(progress) - driftOf(opened)
  const order = await feed({ session, partition, from: from.order, to: Number.POSITIVE_INFINITY })
  await flush()
  const dead = await deadSince(log, topics, from.deadLetters, { event: source, label: labels }, signal)
  const since = { log, session, partition, partitions, signal }
  const told = await publishedSince({ ...since, topic: topics.outcomes, from: from.outcomes })
  const toldDrift = await publishedSince({ ...since, topic: topics.drift, from: from.drift })
  // Outcomes count from the first that the state has, and are published in that order.
  const known = Math.max(inherited, (told.count ?? 0) - opened.labelled)
  const knownDrift = Math.max(inheritedDrift, (toldDrift.count ?? 0) - driftOf(opened))
  return {
    replayed,
    diverged,
    progress,
    upTo: { order, outcomes: told.next, drift: toldDrift.next, deadLetters: dead.next },
    alreadyDead: dead.alreadyDead,
    unpublished: joined(outcomes).slice(known * 3),
    unpublishedDrift: drift.slice(knownDrift),
    missing,
  }

  /** Returns the next offset after what was read. */
  async function feed({ session, partition, from, to }: OrderStretch): Promise<number> {
    let next = from
    let untold = null as Gap | null
    for await (const { records, gaps } of log.read(topics.predictions, {
      from: onlyPartition(partitions, partition, from),
      partitions: [partition],
      ...(to !== Number.POSITIVE_INFINITY && { to: onlyPartition(partitions, partition, to) }),
      signal,
    })) {
      for (const gap of gaps) untold = { ...gap, from: (untold ?? gap).from }
      for (const record of records) {
        next = record.offset + 1
        const order = parseOrderRecord(record.value)
        if (order.session !== session) continue
        // Offsets may have holes; sequence numbers may not.
        if (order.seq > sequence) missing.push(taken(topics.predictions, untold, order.seq - sequence))
        untold = null
        sequence = order.kind === 'prediction' ? order.seq + 1 : order.seq
        await push(order, record)
      }
    }
    // The one offset behind the last record may be the mark of its transaction; more were records.
    if (untold && untold.to - untold.from > 1) await skip(session, untold)
    return Math.max(next, untold?.to ?? next)
  }

  async function push(order: OrderRecord, record: LogRecord): Promise<void> {
    await pushLabels(order)
    items.push({ kind: EVENT, record })
    replayed++
    if (items.length >= CHUNK) await flush()
  }

  /** Nothing came after a gap: no number that may have been given in it is given again. */
  async function skip(session: string, gap: Gap): Promise<void> {
    missing.push(taken(topics.predictions, gap))
    sequence += gap.to - gap.from
    const text = labelsText({ session, seq: sequence, labels: at })
    const value = new TextEncoder().encode(text)
    const where = { topic: topics.predictions, partition, offset: gap.to, timestamp: 0 }
    items.push({ kind: EVENT, record: { ...where, key: null, value, headers: {} } })
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

function taken(topic: string, gap: Gap | null, predictions?: number): string {
  const where = gap
    ? `Retention took offsets ${gap.from} to ${gap.to} of ${topic}, partition ${gap.partition}, which were to be read again`
    : `${topic} lacks records that were to be read again`
  if (predictions !== undefined)
    return `${where}: ${predictions} predictions and what followed from them are not in the state.`
  return `${where}: what followed from them is not in the state, and may be predicted again.`
}

function driftOf({ drift = 0 }: EngineProgress): number {
  return drift
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
