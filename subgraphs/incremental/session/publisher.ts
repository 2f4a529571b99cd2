import type { FencedWriter, NewRecord, TopicBatch } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import { decodeText } from './decode-text.ts'
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
  /** Per partition of `<topic>.dead_letters`, never too high. */
  deadLetters: readonly number[]
}

export interface Publisher {
  /** Appends a step's output as one; resolves once durable. */
  publish(
    step: Pick<Stepped, 'bytes' | 'ends' | 'deadLetters' | 'outcomes' | 'progress'>,
    traces?: Traces,
  ): Promise<void>
  upTo(): PublishedUpTo
}

const NO_TRACES: Traces = new Map()

/**
 * Writes a session's predictions to its order-log partition, what labels showed to `<topic>.outcomes` and rejected records
 * to `<topic>.dead_letters`. The order log counts, so on an engine without transactions it comes before the outcomes, which
 * recovery completes, and after the dead letters, which it does not repeat.
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
  let { order, outcomes: outcomesEnd } = from
  const deadLetterEnds = [...from.deadLetters]

  return {
    upTo: () => ({ order, outcomes: outcomesEnd, deadLetters: [...deadLetterEnds] }),
    async publish({ bytes, ends, deadLetters, outcomes, progress }, traces = NO_TRACES) {
      const batches: TopicBatch[] = []
      const fresh = deadLetters.filter(letter => !alreadyDead(letter))
      if (fresh.length > 0) batches.push({ topic: topics.deadLetters, records: fresh.map(deadLetterRecord) })
      if (ends.length > 0) {
        batches.push({ topic: topics.predictions, records: orderRecords(bytes, ends, traces), partition })
      }
      if (outcomes.length > 0) {
        const before = progress.labelled - outcomes.length / 3
        const records = outcomeTexts(session, before, outcomes).map(value => ({ key: session, value }))
        batches.push({ topic: topics.outcomes, records, partition })
      }
      if (batches.length === 0) return
      const appended = await writer.append(batches)
      for (const [index, { topic }] of batches.entries()) {
        const positions = appended[index] ?? []
        const end = (positions.at(-1)?.offset ?? -1) + 1
        if (topic === topics.predictions) order = end
        else if (topic === topics.outcomes) outcomesEnd = end
        else for (const { partition: p, offset } of positions) deadLetterEnds[p] = offset + 1
      }
    },
  }

  function orderRecords(bytes: Uint8Array, ends: Uint32Array, traces: Traces): NewRecord[] {
    const records: NewRecord[] = []
    let start = 0
    for (const end of ends) {
      const value = bytes.subarray(start, end)
      const traceparent = traces.size > 0 ? traceOf(value, traces) : undefined
      records.push({ key: session, value, ...(traceparent && { headers: { traceparent } }) })
      start = end
    }
    return records
  }
}

function traceOf(value: Uint8Array, traces: Traces): string | undefined {
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
