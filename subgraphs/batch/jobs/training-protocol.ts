import type { TrainingResult, TrainingUpdate } from '../training/training-result.ts'
import type { JobSpec } from './job.ts'

/** What a training process is told first; whoever starts it adds what else it needs to open the lake. */
export interface StartMessage {
  readonly type: 'start'
  readonly spec: JobSpec
  /** Id of the use case. */
  readonly useCase: string
}

/** From the platform to a training process, over the channel of `child_process.fork` with advanced serialization. */
export type ToTraining = StartMessage | { readonly type: 'cancel' }

/**
 * From a training process: updates, then one result or failure, after which it ends by itself. Large files had better come before
 * the result, each in a message of its own: whoever reads a message does nothing else meanwhile.
 */
export type FromTraining =
  | { readonly type: 'update'; readonly update: TrainingUpdate }
  /** One of the result's files. */
  | { readonly type: 'file'; readonly path: string; readonly content: Uint8Array }
  /** `files` may lack those that came before. */
  | { readonly type: 'result'; readonly result: TrainingResult }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
