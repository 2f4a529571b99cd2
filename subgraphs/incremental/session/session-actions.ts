import { SessionConflictError } from './session-errors.ts'
import { isActive } from './session-record.ts'
import type { SessionEntry } from './session-registry.ts'
import type { Transition } from './transition.ts'

/** What people ask of a session that runs here. Each throws SessionConflictError when its state does not allow it. */
export interface SessionActions {
  stop(entry: SessionEntry): Promise<void>
  pause(entry: SessionEntry): Promise<void>
  resume(entry: SessionEntry): Promise<void>
}

export function createSessionActions({
  transition,
  notice,
}: {
  transition: Transition
  notice: (level: 'warn', message: string) => void
}): SessionActions {
  return {
    async stop(entry: SessionEntry) {
      const { useCase, state } = entry.view.record
      if (!entry.runner)
        throw new SessionConflictError(`The session of ${useCase} is ${state}; try again.`, entry.view)
      entry.ending = 'stop'
      const { runner, settled } = entry
      // That it ends counts, not that it is about to.
      await transition(entry, 'STOPPING').catch(error => notice('warn', `${useCase}: ${error.message}`))
      await runner.stop().catch(() => {})
      await settled
      if (isActive(entry.view.record.state)) throw taken(entry)
    },
    async pause(entry: SessionEntry) {
      const { runner } = requireState(entry, 'RUNNING')
      await runner?.pause()
      if (entry.runner !== runner) throw taken(entry)
      await transition(entry, 'PAUSED')
    },
    async resume(entry: SessionEntry) {
      const { runner } = requireState(entry, 'PAUSED')
      runner?.resume()
      await transition(entry, 'RUNNING')
    },
  }
}

/** @throws SessionConflictError */
export function requireState(entry: SessionEntry, wanted: 'RUNNING' | 'PAUSED'): SessionEntry {
  const { useCase, state } = entry.view.record
  if (state === wanted && (entry.runner || !entry.view.local)) return entry
  throw new SessionConflictError(`The session of ${useCase} is ${state}, ${wanted} is wanted.`, entry.view)
}

function taken({ view }: SessionEntry): SessionConflictError {
  return new SessionConflictError(
    `The session of ${view.record.useCase} was lost, or taken by another process, meanwhile; try again.`,
    view,
  )
}
