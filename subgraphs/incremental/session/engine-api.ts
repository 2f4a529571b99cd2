import type { Segment } from '#learn/online/cluster-report.ts'
import type { DecisionSpec, UseCase } from '#use-cases/define.ts'
import type { ParsedEvent } from '#use-cases/parse.ts'
import type { DriftRow } from './drift-record.ts'
import type { Evaluation } from './members/figures.ts'
import type { ModelChange } from './members/model-change.ts'
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
  /** Default: what the use case declares. */
  decision?: DecisionSpec
  /** First source and label offsets of a new session. */
  source: readonly number[]
  labels: readonly number[]
  /** Payload of a checkpoint to continue from, and its format: 1 of releases up to 0.4. */
  state?: ArrayBuffer
  format?: number
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
  drift: DriftRow[]
  deadLetters: DeadLetter[]
}

export interface EngineProgress {
  sequence: number
  /** Outcomes: labels learned, corrections included. */
  labelled: number
  /** Labels that changed one that was learned before; said again; of predictions that are no longer kept. */
  corrections?: number
  repeatedLabels?: number
  lateLabels?: number
  pending: number
  rejected: number
  duplicates: number
  /** Drift signals. */
  drift?: number
  modelVersion: number
  modelBytes: number
  source: number[]
  labels: number[]
}

/** What a replayed record brought about. */
export interface ReplayOutput {
  diverged: boolean
  outcomes: OutcomeRow[]
  drift: DriftRow[]
}

/** Prediction, label and learning of one session as a deterministic function of what it is fed; owns no I/O. */
export interface Engine {
  step(items: PackedItems, now: () => number): StepOutput
  /** Feeds one record of the order log again; labels up to its vector must have been fed by `replayLabel` before. */
  replay(record: OrderRecord): ReplayOutput
  replayLabel(partition: number, offset: number, value: Uint8Array): ReplayOutput
  /** Changes the models between two steps; the text is the change's record for the order log. Throws a CodedError. */
  change(change: ModelChange): { text: string }
  /** What the model says about an event, and what its entities' windows say. Changes nothing. */
  preview(
    event: ValidEvent,
  ): Scored & { modelVersion: number; windows?: Record<string, number>; explanation?: string }
  /** The cluster of an owner of groups; null for one that is not known. */
  segment(owner: string): Segment | null
  evaluation(): Evaluation
  report(): TaskReport
  progress(): EngineProgress
  save(): ArrayBuffer
}
