import type { Control } from '#ports/control.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { SessionHost } from './session-host.ts'
import type { SessionLeases } from './session-leases.ts'
import { isActive } from './session-record.ts'
import type { SessionEntry, SessionRegistry } from './session-registry.ts'
import type { Transition } from './transition.ts'

/** Takes over what another process ran, or begins with the first session; does nothing while somebody holds the lease. */
export async function claimSession({
  useCase,
  control,
  registry,
  leases,
  transition,
  host,
  createFirst,
}: {
  useCase: UseCase
  control: Control
  registry: SessionRegistry
  leases: SessionLeases
  transition: Transition
  host: SessionHost
  createFirst: (useCase: UseCase) => Promise<SessionEntry>
}): Promise<void> {
  if (registry.current(useCase.id)?.view.local || !(await leases.take(useCase.id))) return
  let taken: SessionEntry | undefined
  try {
    await control.settle()
    taken = registry.current(useCase.id)
    if (!taken) return await host.launch(await createFirst(useCase), false)
    const { view } = taken
    const { state, owner: holder, recoveries, paused, term = 0 } = view.record
    if (!isActive(state)) return await leases.release(useCase.id)
    view.record = { ...view.record, term: term + 1 }
    if (state === 'STOPPING') {
      await transition(taken, 'FINISHED', { owner: null })
      return await leases.release(useCase.id)
    }
    if (holder !== null) {
      const reason = 'The process that held the session ended without putting it down.'
      await transition(taken, 'LOST', { reason, recoveries: recoveries + 1 })
    }
    await host.launch(taken, paused === true)
  } catch (error) {
    const entry = taken ?? registry.current(useCase.id)
    if (entry && !entry.runner) {
      entry.view.local = false
      registry.refresh(entry)
    }
    await leases.release(useCase.id)
    throw error
  }
}
