import type { Control } from '#ports/control.ts'
import type { Emitter } from '../emitter.ts'
import { createSessionCommands, type SessionCommand } from './session-commands.ts'
import { SessionConflictError } from './session-errors.ts'
import type { SessionState } from './session-record.ts'
import type { SessionView } from './session-view.ts'
import type { SessionEvents } from './sessions-api.ts'

type Action = SessionCommand['action']

export interface RemoteControl extends Disposable {
  /**
   * Asks the process that runs a session, and waits until it has done so. Null when this process has taken the session over
   * meanwhile. Throws SessionConflictError when nobody has done it.
   */
  ask(view: SessionView, action: Action): Promise<SessionView | null>
}

/** Longer than a last checkpoint takes, shorter than people wait. */
const PATIENCE_MS = 10_000
const REACHED: Readonly<Record<Action, SessionState>> = {
  stop: 'FINISHED',
  pause: 'PAUSED',
  resume: 'RUNNING',
}

/** What is asked of sessions that other processes run, and what others ask of ours. */
export function createRemoteControl({
  control,
  events,
  onCommand,
}: {
  control: Control
  events: Emitter<SessionEvents>
  onCommand: (useCase: string, session: string, action: Action) => void
}): RemoteControl {
  const waiting = new Set<(reason: Error) => void>()
  const commands = createSessionCommands({
    control,
    onCommand: (useCase, { session, action }) => onCommand(useCase, session, action),
  })
  return {
    async ask(view, action) {
      const { id, useCase, owner } = view.record
      const { promise, resolve, reject } = Promise.withResolvers<SessionView | null>()
      // It may fail before anybody waits for it.
      promise.catch(() => {})
      using _ = events.on('state', changed => {
        const { id: changedId, state } = changed.record
        if (changedId !== id) return
        if (state === REACHED[action]) resolve({ ...changed })
        else if (changed.local && (state === 'RUNNING' || state === 'PAUSED')) resolve(null)
        else if (state === 'FINISHED' || state === 'FAILED')
          reject(new SessionConflictError(`The session of ${useCase} is ${state}.`, changed))
      })
      const timer = setTimeout(() => {
        const message = `${owner ?? 'No process'} runs the session of ${useCase} and has not answered in ${PATIENCE_MS / 1000} s; try again.`
        reject(new SessionConflictError(message, view))
      }, PATIENCE_MS)
      waiting.add(reject)
      try {
        // A log that is away must not hold the person any longer than a process that is.
        await Promise.race([commands.send(useCase, { session: id, action }), promise])
        return await promise
      } finally {
        clearTimeout(timer)
        waiting.delete(reject)
      }
    },
    [Symbol.dispose]() {
      commands[Symbol.dispose]()
      for (const reject of waiting) reject(new Error('This process is ending; ask another.'))
    },
  }
}
