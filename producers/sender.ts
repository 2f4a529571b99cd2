import type { EventLog, NewRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Item } from '#use-cases/generator.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Clock } from './clock.ts'

/** What an acknowledged append was like; feeds metrics. */
export interface Sent {
  topic: string
  kind: Item['kind']
  records: number
  /** Size of each value in bytes. */
  sizes: readonly number[]
  durationMs: number
}

export interface SendError {
  topic: string
  error: unknown
  /** Attempts so far for this batch. */
  attempt: number
}

interface Options {
  useCase: UseCase
  log: EventLog
  clock: Clock
  signal: AbortSignal
  onSent(sent: Sent): void
  onError(error: SendError): void
}

export type Send = (items: readonly Item[]) => Promise<void>

const firstRetryMs = 100
const longestRetryMs = 10_000

/**
 * Sends items to the topics they belong to and resolves once all are acknowledged. A failed append is tried again for
 * ever, waiting longer each time with full jitter, until the signal aborts; delivery is therefore at least once, and the
 * header `event_id` lets readers drop what came twice.
 */
export function createSender({ useCase, log, clock, signal, onSent, onError }: Options): Send {
  const topics = topicsOf(useCase)
  const topicOf = { event: topics.events, label: topics.labels, truth: topics.truth } as const

  const append = async (kind: Item['kind'], records: readonly NewRecord[], sizes: readonly number[]) => {
    const topic = topicOf[kind]
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      const startedMs = clock.now()
      try {
        await log.append(topic, records, { signal })
        return onSent({ topic, kind, records: records.length, sizes, durationMs: clock.now() - startedMs })
      } catch (error) {
        signal.throwIfAborted()
        onError({ topic, error, attempt })
      }
      const longest = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1))
      await clock.sleep(longest * Math.random(), signal)
    }
  }

  return async items => {
    // Events go first, so that a label in the same batch never overtakes its event.
    for (const kind of ['event', 'label', 'truth'] as const) {
      const records: NewRecord[] = []
      const sizes: number[] = []
      for (const item of items) {
        if (item.kind !== kind) continue
        const value = Buffer.from(JSON.stringify(item.record))
        const headers = kind === 'event' ? { event_id: eventIdOf(useCase, item) } : undefined
        records.push({ key: item.key, value, ...(headers ? { headers } : {}) })
        sizes.push(value.length)
      }
      if (records.length > 0) await append(kind, records, sizes)
    }
  }
}

function eventIdOf({ eventId }: UseCase, { record }: Item): string {
  return String((record as Record<string, unknown>)[eventId])
}
