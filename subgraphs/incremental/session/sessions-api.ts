import type { Emitter } from '../emitter.ts'
import type { StartFrom } from './create-session.ts'
import type { Runner } from './runner.ts'
import type { SessionView } from './session-view.ts'

export interface SessionEvents {
  /** A change of state. */
  state: SessionView
  progress: SessionView
  metrics: SessionView
  outcomes: { view: SessionView; rows: Float64Array }
  /** A checkpoint became durable. */
  checkpoint: SessionView
}

export interface Sessions extends AsyncDisposable {
  readonly events: Emitter<SessionEvents>
  /** Continues what ran when the platform was last up; starts a first session where there was none. */
  restore(): Promise<void>
  current(useCase: string): SessionView | undefined
  get(id: string): SessionView | undefined
  /** Newest first. */
  list(useCase: string): SessionView[]
  runner(useCase: string): Runner | undefined
  /** @throws SessionConflictError */
  start(useCase: string, options: { from: StartFrom; seed?: string | undefined }): Promise<SessionView>
  stop(useCase: string): Promise<SessionView>
  pause(useCase: string): Promise<SessionView>
  resume(useCase: string): Promise<SessionView>
}
