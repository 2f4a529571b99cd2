/** Tags of the runs that sessions log to, by which other processes and programs find them again. */
export const RUN_TAGS = {
  useCase: 'coelho.useCase',
  session: 'coelho.session',
  /** Counts the sessions of a use case from 1. */
  ordinal: 'coelho.ordinal',
  /** State of the session, which says more than the status of the run. */
  state: 'coelho.state',
  reason: 'coelho.reason',
  /** Process that runs the session. */
  owner: 'coelho.owner',
  recoveries: 'coelho.recoveries',
  /** Version of this software that logged last. */
  version: 'coelho.version',
  /** JSON object: observations behind the last value of each metric. */
  observations: 'coelho.observations',
} as const
