import type { Segment } from '#learn/online/cluster-report.ts'
import type { DriftRow } from './drift-record.ts'
import type { DeadLetter, EngineOptions, EngineProgress } from './engine-api.ts'
import type { Evaluation } from './members/figures.ts'
import type { ModelChange } from './members/model-change.ts'
import type { PredictionDetail } from './order-record.ts'
import type { PackedItems } from './packed-items.ts'
import type { TaskReport } from './task-report.ts'

/** What crosses between a session's runner and its worker thread: one reply per request, in order. */
export interface Calls {
  open: { request: OpenRequest; reply: EngineProgress }
  step: { request: { items: PackedItems }; reply: Stepped }
  replay: { request: { items: PackedItems }; reply: Replayed }
  checkpoint: {
    request: Record<string, never>
    reply: { payload: ArrayBuffer; progress: EngineProgress; report: TaskReport }
  }
  preview: { request: { event: Record<string, unknown> }; reply: Previewed }
  /** `refused` says what was wrong with the change, which then has not happened. */
  change: {
    request: { change: ModelChange }
    reply: Stepped & { refused: { code: string; message: string } | null }
  }
  metrics: { request: Record<string, never>; reply: Evaluation }
  report: { request: Record<string, never>; reply: TaskReport }
  segment: { request: { owner: string }; reply: { segment: Segment | null } }
  ping: { request: Record<string, never>; reply: Record<string, never> }
}

export type OpenRequest = Omit<EngineOptions, 'useCase'> & { useCase: string }

export interface Stepped {
  /** Values for the order log; value i is `bytes[ends[i-1] .. ends[i])`. */
  bytes: Uint8Array<ArrayBuffer>
  ends: Uint32Array<ArrayBuffer>
  /** Triples sequence, label, loss. */
  outcomes: Float64Array<ArrayBuffer>
  drift: DriftRow[]
  deadLetters: DeadLetter[]
  progress: EngineProgress
  /** Sent at most every `METRICS_INTERVAL_MS`. */
  evaluation: Evaluation | null
}

export interface Replayed {
  /** Predictions that this version of the learner would have made differently. */
  diverged: number
  progress: EngineProgress
  /** Triples sequence, label, loss. */
  outcomes: Float64Array<ArrayBuffer>
  drift: DriftRow[]
}

export interface Previewed {
  score: number
  detail: PredictionDetail
  modelVersion: number
  timeMs: number
  /** As in a prediction record. */
  windows?: Record<string, number>
  explanation?: string
}

export interface Request<K extends keyof Calls = keyof Calls> {
  id: number
  call: K
  body: Calls[K]['request']
}

export type Reply = { id: number; body: unknown } | { id: number; error: { code: string; message: string } }

export const METRICS_INTERVAL_MS = 250
