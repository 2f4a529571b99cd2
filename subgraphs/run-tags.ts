/** Tags of the runs that sessions and batch jobs log to, by which other processes and programs find them again. */
export const RUN_TAGS = {
  useCase: 'coelho.useCase',
  session: 'coelho.session',
  /** Counts the sessions of a use case from 1. */
  ordinal: 'coelho.ordinal',
  /** What made the run: `batch` for a batch job; sessions carry none. */
  kind: 'coelho.kind',
  /** Id of the batch job. */
  job: 'coelho.job',
  /** SHA-256 of the model file that a batch job left. */
  modelHash: 'coelho.modelHash',
  /** `false` for a batch model that needs what is known only after the fact. */
  servable: 'coelho.servable',
  /** State of the session or job, which says more than the status of the run. */
  state: 'coelho.state',
  reason: 'coelho.reason',
  /** Process that runs it. */
  owner: 'coelho.owner',
  recoveries: 'coelho.recoveries',
  /** Version of this software that logged last. */
  version: 'coelho.version',
  /** JSON object: observations behind the last value of each metric. */
  observations: 'coelho.observations',
} as const
