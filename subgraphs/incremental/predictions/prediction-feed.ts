import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { peekPrediction } from '#subgraphs/peek-prediction.ts'
import { parseOrderRecord, type PredictionRecord } from '../session/order-record.ts'
import { createPredictionRing, type PredictionRing, type RingEntry } from './prediction-ring.ts'
import { createSequenceIndex, type SequenceIndex, STRIDE } from './sequence-index.ts'

/** Predictions of one use case as they become durable, and the newest of the past. */
export interface PredictionFeed extends Disposable {
  readonly ring: PredictionRing
  readonly index: SequenceIndex
  /** Calls back for every prediction from now on. */
  listen(listener: (entry: RingEntry) => void): Disposable
}

/** Predictions read back into memory when the process starts, per partition. */
const WARM_UP = 200

export async function openPredictionFeed({
  useCase,
  log,
  directory,
}: {
  useCase: UseCase
  log: EventLog
  /** Of the sequence index. */
  directory: string
}): Promise<PredictionFeed> {
  const topic = topicsOf(useCase).predictions
  const ring = createPredictionRing()
  const index = createSequenceIndex({ log, topic, directory })
  const listeners = new Set<(entry: RingEntry) => void>()

  // Where the next entry of the index is due, for the session that publishes.
  let due = { session: '', seq: 0 }
  function noteIfDue({ value, offset }: LogRecord): void {
    const found = peekPrediction(value)
    if (!found || (found.session === due.session && found.seq < due.seq)) return
    index.note(found.session, found.seq, offset)
    due = { session: found.session, seq: found.seq + STRIDE }
  }

  for (const record of await newest(log, topic)) ring.push(record)
  const tail = await log.tail(topic, records => {
    for (const record of records) {
      const entry = ring.push(record)
      noteIfDue(record)
      for (const listener of listeners) listener(entry)
    }
  })

  return {
    ring,
    index,
    listen(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    [Symbol.dispose]() {
      tail[Symbol.dispose]()
      listeners.clear()
    },
  }
}

/** The newest predictions over all partitions, oldest first. */
async function newest(log: EventLog, topic: string): Promise<LogRecord[]> {
  const [info] = await log.topics([topic])
  if (!info) return []
  const from = info.partitions.map(({ start, end }) => Math.max(start, end - WARM_UP))
  const found: { record: LogRecord; order: PredictionRecord }[] = []
  for await (const { records } of log.read(topic, { from })) {
    for (const record of records) {
      const order = parseOrderRecord(record.value)
      if (order.kind === 'prediction') found.push({ record, order })
    }
  }
  return found
    .sort((a, b) => a.order.at - b.order.at || a.order.seq - b.order.seq)
    .map(({ record }) => record)
}
