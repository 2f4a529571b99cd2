import type { Control } from '#ports/control.ts'
import type { Emitter } from '../emitter.ts'
import { createSessionCommands, type SessionCommand } from './session-commands.ts'
import { SessionConflictError } from './session-errors.ts'
import type { SessionState } from './session-record.ts'
import type { SessionView } from './session-view.ts'
import type { SessionEvents } from './sessions-api.ts'

type Action = SessionCommand['action']

export interface RemoteControl extends Disposable {
  /** Asks the process that runs a session, and waits until it has done so. Throws SessionConflictError when it has not. */
  ask(view: SessionView, action: Action): Promise<void>
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
  const commands = createSessionCommands({
    control,
    onCommand: (useCase, { session, action }) => onCommand(useCase, session, action),
  })
  return {
    async ask(view, action) {
      const { id, useCase, owner } = view.record
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      using _ = events.on('state', changed => {
        if (changed.record.id !== id) return
        if (changed.record.state === REACHED[action]) resolve()
        if (changed.record.state === 'FAILED')
          reject(new SessionConflictError(`The session of ${useCase} has failed.`, changed))
      })
      const timer = setTimeout(() => {
        const message = `${owner ?? 'No process'} runs the session of ${useCase} and has not answered in ${PATIENCE_MS / 1000} s; try again.`
        reject(new SessionConflictError(message, view))
      }, PATIENCE_MS)
      try {
        await commands.send(useCase, id, action)
        await promise
      } finally {
        clearTimeout(timer)
      }
    },
    [Symbol.dispose]: () => commands[Symbol.dispose](),
  }
}
