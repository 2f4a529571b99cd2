import type { FencedWriter, NewRecord, TopicBatch } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import { decodeText } from './decode-text.ts'
import { driftText } from './drift-record.ts'
import type { DeadLetter } from './engine-api.ts'
import { parseOrderRecord } from './order-record.ts'
import { outcomeTexts } from './outcome-record.ts'
import type { Stepped } from './protocol.ts'
import type { Traces } from './traces.ts'

/** Next offsets after everything that was published. */
export interface PublishedUpTo {
  /** In the order log. */
  order: number
  /** In the session's partition of `<topic>.outcomes`. */
  outcomes: number
  /** In the session's partition of `<topic>.drift`. */
  drift: number
  /** Per partition of `<topic>.dead_letters`, never too high. */
  deadLetters: readonly number[]
}

/** A step's output. */
export interface Publication
  extends Pick<Stepped, 'bytes' | 'ends' | 'deadLetters' | 'outcomes' | 'drift' | 'progress'> {
  traces?: Traces
}

export interface Publisher {
  /** Appends the output of successive steps as one; resolves once durable. */
  publish(steps: readonly Publication[]): Promise<void>
  upTo(): PublishedUpTo
}

const NO_TRACES: Traces = new Map()

/**
 * Writes a session's predictions to its order-log partition, what labels showed to `<topic>.outcomes`, changes of the stream
 * to `<topic>.drift` and rejected records to `<topic>.dead_letters`. The order log counts, so on an engine without transactions
 * it comes before the outcomes and the drift, which recovery completes, and after the dead letters, which it does not repeat.
 */
export function createPublisher({
  writer,
  topics,
  session,
  partition,
  upTo: from,
  alreadyDead,
}: {
  writer: FencedWriter
  topics: Topics
  session: string
  partition: number
  upTo: PublishedUpTo
  /** True for records whose rejection was published before a crash. */
  alreadyDead: (letter: DeadLetter) => boolean
}): Publisher {
  let { order, outcomes: outcomesEnd, drift: driftEnd } = from
  const deadLetterEnds = [...from.deadLetters]

  return {
    upTo: () => ({ order, outcomes: outcomesEnd, drift: driftEnd, deadLetters: [...deadLetterEnds] }),
    async publish(steps) {
      const batches: TopicBatch[] = []
      const add = (topic: string, records: NewRecord[], to?: { partition: number }) => {
        if (records.length > 0) batches.push({ topic, records, ...to })
      }
      const fresh = steps.flatMap(({ deadLetters }) => deadLetters.filter(letter => !alreadyDead(letter)))
      add(topics.deadLetters, fresh.map(deadLetterRecord))
      add(topics.predictions, steps.flatMap(orderRecords), { partition })
      add(topics.outcomes, steps.flatMap(outcomeRecords), { partition })
      add(topics.drift, steps.flatMap(driftRecords), { partition })
      if (batches.length === 0) return
      const appended = await writer.append(batches)
      for (const [index, { topic }] of batches.entries()) {
        const positions = appended[index] ?? []
        const end = (positions.at(-1)?.offset ?? -1) + 1
        if (topic === topics.predictions) order = end
        else if (topic === topics.outcomes) outcomesEnd = end
        else if (topic === topics.drift) driftEnd = end
        else for (const { partition: p, offset } of positions) deadLetterEnds[p] = offset + 1
      }
    },
  }

  function outcomeRecords({ outcomes, progress }: Publication): NewRecord[] {
    const before = progress.labelled - outcomes.length / 3
    return outcomeTexts(session, before, outcomes).map(value => ({ key: session, value }))
  }

  function driftRecords({ drift: rows, progress }: Publication): NewRecord[] {
    if (rows.length === 0) return []
    const before = (progress.drift ?? 0) - rows.length
    return [{ key: session, value: driftText({ session, from: before, at: Date.now(), rows }) }]
  }

  function orderRecords({ bytes, ends, traces = NO_TRACES }: Publication): NewRecord[] {
    const records: NewRecord[] = []
    let start = 0
    for (const end of ends) {
      const value = bytes.subarray(start, end)
      const headers = traces.size > 0 ? traceOf(value, traces) : undefined
      records.push({ key: session, value, ...(headers && { headers }) })
      start = end
    }
    return records
  }
}

function traceOf(value: Uint8Array, traces: Traces): NewRecord['headers'] {
  const record = parseOrderRecord(value)
  return record.kind === 'prediction' ? traces.get(`${record.partition}/${record.offset}`) : undefined
}

/** The rejected bytes stay exactly as they were, base64 when they are not text. */
function deadLetterRecord({ kind, partition, offset, code, message, value }: DeadLetter): NewRecord {
  const text = decodeText(value)
  return {
    key: null,
    value: JSON.stringify({
      v: 1,
      kind,
      partition,
      offset,
      code,
      message,
      ...(text === null ? { base64: Buffer.from(value).toString('base64') } : { text }),
    }),
  }
}
