import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { type OutcomeRecord, parseOutcomeRecord } from '../session/outcome-record.ts'

/** A record of `<topic>.outcomes` and where it stands. */
export interface OutcomeEntry {
  partition: number
  offset: number
  /** Null for one of a later version. */
  outcomes: OutcomeRecord | null
}

/** Labels of one use case as they meet their predictions, whichever process runs the session. */
export interface OutcomeFeed extends Disposable {
  listen(listener: (entry: OutcomeEntry) => void): Disposable
}

export async function openOutcomeFeed({
  useCase,
  log,
}: {
  useCase: UseCase
  log: EventLog
}): Promise<OutcomeFeed> {
  const listeners = new Set<(entry: OutcomeEntry) => void>()
  const tail = await log.tail(topicsOf(useCase).outcomes, records => {
    for (const record of records) {
      const entry = outcomeEntry(record)
      for (const listener of listeners) listener(entry)
    }
  })
  return {
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

export function outcomeEntry({
  partition,
  offset,
  value,
}: {
  partition: number
  offset: number
  value: Uint8Array
}): OutcomeEntry {
  const outcomes = parseOutcomeRecord(value)
  return { partition, offset, outcomes: outcomes.v === 1 ? outcomes : null }
}
