import type { Control } from '#ports/control.ts'
import type { Turns } from '../turns.ts'
import type { ModelChange } from './members/model-change.ts'
import { createRemoteChanges } from './remote-changes.ts'
import { SessionConflictError } from './session-errors.ts'
import type { SessionEntry, SessionRegistry } from './session-registry.ts'
import type { SessionView } from './session-view.ts'

/** Changes to the models of sessions, wherever they run. */
export interface SessionChanges extends Disposable {
  /** Resolves once the change is durable. @throws SessionConflictError, CodedError. */
  make(entry: SessionEntry, change: ModelChange): Promise<SessionView>
}

export function createSessionChanges({
  control,
  registry,
  inTurn,
  notice,
}: {
  control: Control
  registry: Pick<SessionRegistry, 'get'>
  /** Keeps changes and changes of state of a use case's session apart. */
  inTurn: Turns
  notice: (level: 'warn', message: string) => void
}): SessionChanges {
  const remote = createRemoteChanges({
    control,
    act(session, change) {
      const entry = registry.get(session)
      if (!entry?.view.local) return null
      return inTurn(entry.view.record.useCase, () => here(entry, change))
    },
    onError: (useCase, error) => notice('warn', `${useCase}: ${error.message}`),
  })

  async function here(entry: SessionEntry, change: ModelChange): Promise<SessionView> {
    const { state, useCase } = entry.view.record
    if (!entry.runner || (state !== 'RUNNING' && state !== 'PAUSED' && state !== 'STARTING'))
      throw new SessionConflictError(`The session of ${useCase} is ${state}; try again.`, entry.view)
    await entry.runner.change(change)
    return { ...entry.view }
  }

  return {
    async make(entry, change) {
      if (entry.view.local) return inTurn(entry.view.record.useCase, () => here(entry, change))
      const { models, promotions } = await remote.ask(entry.view.record, change)
      return { ...Object.assign(entry.view, { models, promotions }) }
    },
    [Symbol.dispose]: () => remote[Symbol.dispose](),
  }
}
