import type { Emitter } from '../emitter.ts'
import type { SessionRecord, SessionState } from './session-record.ts'
import type { SessionEntry, SessionRegistry } from './session-registry.ts'
import { figuresOf } from './session-view.ts'
import type { SessionEvents } from './sessions-api.ts'

/** Moves a session to a state: known at once, durable once resolved. */
export type Transition = (
  entry: SessionEntry,
  state: SessionState,
  change?: Partial<SessionRecord>,
) => Promise<void>

export function createTransition({
  events,
  registry,
}: {
  events: Emitter<SessionEvents>
  registry: Pick<SessionRegistry, 'store'>
}): Transition {
  return async (entry, state, change = {}) => {
    const ended = state === 'FINISHED' || state === 'FAILED'
    entry.view.record = {
      ...entry.view.record,
      state,
      reason: null,
      ...((state === 'PAUSED' || state === 'RUNNING') && { paused: state === 'PAUSED' }),
      ...(ended && { endedAt: Date.now(), last: figuresOf(entry.view) }),
      ...change,
    }
    events.emit('state', entry.view)
    await registry.store(entry.view.record)
  }
}
