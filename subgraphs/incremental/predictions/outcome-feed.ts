import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { type OutcomeRecord, parseOutcomeRecord } from '../session/outcome-record.ts'

/** Labels of one use case as they meet their predictions, whichever process runs the session. */
export interface OutcomeFeed extends Disposable {
  listen(listener: (outcomes: OutcomeRecord) => void): Disposable
}

export async function openOutcomeFeed({
  useCase,
  log,
}: {
  useCase: UseCase
  log: EventLog
}): Promise<OutcomeFeed> {
  const listeners = new Set<(outcomes: OutcomeRecord) => void>()
  const tail = await log.tail(topicsOf(useCase).outcomes, records => {
    for (const { value } of records) {
      const outcomes = parseOutcomeRecord(value)
      if (outcomes.v !== 1) continue
      for (const listener of listeners) listener(outcomes)
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
