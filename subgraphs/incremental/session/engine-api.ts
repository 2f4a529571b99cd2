import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { ParsedEvent } from '#use-cases/parse.ts'
import type { OrderRecord } from './order-record.ts'
import type { PackedItems } from './packed-items.ts'
import type { Scored } from './task-model.ts'
import type { TaskReport } from './task-report.ts'

/** An event that passed its checks. */
export type ValidEvent = Extract<ParsedEvent, { ok: true }>

export interface EngineOptions {
  useCase: UseCase
  session: string
  learner: string
  params: Readonly<Record<string, number | string | boolean>>
  seed: string
  /** First source and label offsets of a new session. */
  source: readonly number[]
  labels: readonly number[]
  /** Payload of a checkpoint to continue from. */
  state?: ArrayBuffer
}

export interface DeadLetter {
  /** Which topic the record came from. */
  kind: 'event' | 'label'
  partition: number
  offset: number
  code: string
  message: string
  value: Uint8Array
}

export interface OutcomeRow {
  seq: number
  label: number
  loss: number
}

export interface StepOutput {
  /** Values for the session's order log, in order. */
  texts: string[]
  outcomes: OutcomeRow[]
  deadLetters: DeadLetter[]
}

export interface EngineProgress {
  sequence: number
  labelled: number
  pending: number
  rejected: number
  duplicates: number
  modelVersion: number
  modelBytes: number
  source: number[]
  labels: number[]
}

/** Prediction, label and learning of one session as a deterministic function of what it is fed; owns no I/O. */
export interface Engine {
  step(items: PackedItems, now: () => number): StepOutput
  /** Feeds one record of the order log again; labels up to its vector must have been fed by `replayLabel` before. */
  replay(record: OrderRecord): { diverged: boolean; outcomes: OutcomeRow[] }
  replayLabel(partition: number, offset: number, value: Uint8Array): OutcomeRow[]
  /** What the model says about an event, and what its entities' windows say. Changes nothing. */
  preview(event: ValidEvent): Scored & { modelVersion: number; windows?: Record<string, number> }
  metrics(): MetricValue[]
  report(): TaskReport
  progress(): EngineProgress
  save(): ArrayBuffer
}
