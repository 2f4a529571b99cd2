import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionRegistry } from './session-registry.ts'
import type { Transition } from './transition.ts'

/** A transition that is seen through: an outage of the log delays it, and a later one takes its place. */
export type Conclude = Transition

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 5000

/** For states that nobody would move the session to again, had they not been stored. */
export function createConclude({
  transition,
  registry,
  closing,
}: {
  transition: Transition
  registry: Pick<SessionRegistry, 'store'>
  /** Once aborted nothing is tried again. */
  closing: AbortSignal
}): Conclude {
  return async (entry, state, change) => {
    let stored = transition(entry, state, change)
    const { record } = entry.view
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      try {
        return await stored
      } catch (error) {
        if (closing.aborted || (error as { code?: string }).code !== 'ENGINE_UNREACHABLE') throw error
      }
      await sleep(delay, undefined, { signal: closing }).catch(() => {})
      if (entry.view.record !== record) return
      stored = registry.store(record)
    }
  }
}
