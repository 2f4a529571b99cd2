import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrainingResult, TrainingUpdate } from '../training/training-result.ts'
import type { JobRecord } from './job.ts'
import type { StartTraining } from './job-worker.ts'
import { resultOf } from './test-result.ts'
import type { TrainingProcess } from './training-process.ts'

/** A training that a test moves by hand. */
export interface HeldTraining extends TrainingProcess {
  job: JobRecord
  say(update: TrainingUpdate): void
  /** Goes through all states up to this one. */
  reach(state: NonNullable<TrainingUpdate['state']>): void
  succeed(result?: TrainingResult): void
  fail(code: string, message: string): void
  cancelled: boolean
  killed: boolean
  /** It does not stop when it is cancelled. */
  deaf: boolean
}

const STATES = ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'] as const

/** What starts such trainings, and gives them out in the order in which they were started. */
export function createTrainings() {
  const begun: HeldTraining[] = []
  let given = 0
  let wake = Promise.withResolvers<void>()

  const start: StartTraining = ({ job, onUpdate }) => {
    const result = Promise.withResolvers<TrainingResult>()
    const exit = Promise.withResolvers<void>()
    result.promise.catch(() => {})
    let reached = -1
    const training: HeldTraining = {
      job,
      pid: undefined,
      result: result.promise,
      exited: exit.promise,
      cancelled: false,
      killed: false,
      deaf: false,
      say: onUpdate,
      reach(state) {
        while (reached < STATES.indexOf(state)) onUpdate({ state: STATES[++reached] ?? state, progress: {} })
      },
      succeed(given = resultOf(job.spec)) {
        result.resolve(given)
        exit.resolve()
      },
      fail(code, message) {
        result.reject(new CodedError(code, message))
        exit.resolve()
      },
      cancel() {
        training.cancelled = true
        if (!training.deaf) training.fail('STOPPED', 'Stopped.')
      },
      kill() {
        training.killed = true
        training.fail('TRAINING_PROCESS_LOST', 'Killed.')
      },
    }
    begun.push(training)
    wake.resolve()
    wake = Promise.withResolvers()
    return training
  }

  return {
    start,
    /** How many have begun. */
    count: () => begun.length,
    async next(): Promise<HeldTraining> {
      while (given >= begun.length) await wake.promise
      return begun[given++] as HeldTraining
    },
  }
}
