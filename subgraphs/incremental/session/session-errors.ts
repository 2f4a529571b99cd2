import type { SessionView } from './session-view.ts'

/** The session is in a state in which this can't be done. */
export class SessionConflictError extends Error {
  readonly code = 'SESSION_CONFLICT'
  readonly view: SessionView
  constructor(message: string, view: SessionView) {
    super(message)
    this.view = view
  }
}

/** The use case is not served here, or has no session. */
export class SessionNotFoundError extends Error {
  readonly code = 'SESSION_NOT_FOUND'
}
