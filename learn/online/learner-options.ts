import type { Column } from './learner.ts'

export type ParameterValue = number | string | boolean

/** What every learner is created from. */
export interface LearnerOptions {
  columns: readonly Column[]
  /** Overrides of the learner's defaults; an unknown name or an impossible value throws INVALID_PARAMETER. */
  params?: Readonly<Record<string, ParameterValue>>
  seed?: number | string
  /** Most bytes of numeric state; a learner that would grow beyond forgets or freezes its least useful part. Default 64 MiB. */
  maxBytes?: number
}
