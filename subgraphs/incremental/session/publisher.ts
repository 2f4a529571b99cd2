import type { EventLog, NewRecord } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import { decodeText } from './decode-text.ts'
import type { DeadLetter } from './engine-api.ts'
import type { Stepped } from './protocol.ts'

export interface Publisher {
  /** Appends a step's output; resolves once durable. */
  publish(step: Stepped): Promise<void>
  /** Next offset of the order log after everything published so far. */
  orderOffset(): number
}

const ATTEMPTS = 6
const FIRST_RETRY_MS = 50

/** Writes a session's predictions to its order-log partition, and rejected records to the dead-letter topic. */
export function createPublisher({
  log,
  topics,
  session,
  partition,
  orderOffset,
  alreadyDead,
}: {
  log: EventLog
  topics: Topics
  session: string
  partition: number
  orderOffset: number
  /** True for records whose rejection was published before a crash. */
  alreadyDead: (letter: DeadLetter) => boolean
}): Publisher {
  let next = orderOffset

  async function append(topic: string, records: readonly NewRecord[], to?: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        const positions = await log.append(topic, records, to === undefined ? {} : { partition: to })
        return (positions.at(-1)?.offset ?? -1) + 1
      } catch (error) {
        if (attempt === ATTEMPTS || (error as { code?: string }).code === 'LOG_CLOSED') throw error
        const base = FIRST_RETRY_MS * 2 ** attempt
        await new Promise(resolve => setTimeout(resolve, base / 2 + Math.random() * (base / 2)))
      }
    }
  }

  return {
    orderOffset: () => next,
    async publish({ bytes, ends, deadLetters }) {
      const fresh = deadLetters.filter(letter => !alreadyDead(letter))
      if (fresh.length > 0) await append(topics.deadLetters, fresh.map(deadLetterRecord))
      if (ends.length === 0) return
      const records: NewRecord[] = []
      let start = 0
      for (const end of ends) {
        records.push({ key: session, value: bytes.subarray(start, end) })
        start = end
      }
      next = await append(topics.predictions, records, partition)
    },
  }
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
