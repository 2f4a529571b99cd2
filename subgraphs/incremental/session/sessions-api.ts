import type { Emitter } from '../emitter.ts'
import type { ModelSpec, StartFrom } from './create-session.ts'
import type { ChallengerSpec, ModelChange } from './members/model-change.ts'
import type { Runner } from './runner.ts'
import type { SessionView } from './session-view.ts'

export interface SessionEvents {
  /** A change of state. */
  state: SessionView
  progress: SessionView
  metrics: SessionView
  /** Triples sequence, label, loss of a session that runs here; `<topic>.outcomes` has those of all. */
  outcomes: { view: SessionView; rows: Float64Array }
  /** A checkpoint became durable. */
  checkpoint: SessionView
}

export interface StartOptions extends ModelSpec {
  from: StartFrom
  seed?: string | undefined
  /** Models that learn beside the champion from the first event on. */
  challengers?: readonly ChallengerSpec[]
}

export interface Sessions extends AsyncDisposable {
  readonly events: Emitter<SessionEvents>
  /** Continues what nobody runs, starts a first session where there was none, and from then on takes over what others lose. */
  restore(): Promise<void>
  current(useCase: string): SessionView | undefined
  get(id: string): SessionView | undefined
  /** Newest first. */
  list(useCase: string): SessionView[]
  /** Of the current session, if this process runs it. */
  runner(useCase: string): Runner | undefined
  /** Names the tracking run of a session that this process runs. */
  assignRun(id: string, run: string): Promise<void>
  /** @throws SessionConflictError, or a CodedError that names what is wrong with a model. */
  start(useCase: string, options: StartOptions): Promise<SessionView>
  stop(useCase: string): Promise<SessionView>
  pause(useCase: string): Promise<SessionView>
  resume(useCase: string): Promise<SessionView>
  /** Changes the models of the active session; resolves once that is durable. @throws SessionConflictError, CodedError. */
  change(useCase: string, change: ModelChange): Promise<SessionView>
}
