import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { parseOrderRecord, type PredictionRecord } from '../session/order-record.ts'
import { createPredictionRing, type PredictionRing, type RingEntry } from './prediction-ring.ts'
import { createSequenceIndex, type SequenceIndex } from './sequence-index.ts'

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
  checkpointsDir,
}: {
  useCase: UseCase
  log: EventLog
  checkpointsDir: string
}): Promise<PredictionFeed> {
  const topic = topicsOf(useCase).predictions
  const ring = createPredictionRing()
  const index = createSequenceIndex({ log, topic, directory: checkpointsDir })
  const listeners = new Set<(entry: RingEntry) => void>()

  for (const record of await newest(log, topic)) ring.push(record)
  const tail = await log.tail(topic, records => {
    for (const record of records) {
      const entry = ring.push(record)
      noteIfDue(record)
      for (const listener of listeners) listener(entry)
    }
  })

  // Reading only the first bytes of most records: the sequence number decides whether the rest matters.
  let nextNote = new Map<string, number>()
  function noteIfDue({ value, offset }: LogRecord): void {
    const head = Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, 200)).toString('latin1')
    const [, session, seq] = /"session":"([^"]+)","seq":(\d+),/.exec(head) ?? []
    if (!session || !seq || !head.startsWith('{"v":1,"kind":"prediction"')) return
    if (Number(seq) < (nextNote.get(session) ?? 0)) return
    index.note(session, Number(seq), offset)
    nextNote = new Map([[session, Number(seq) + 1000]])
  }

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
