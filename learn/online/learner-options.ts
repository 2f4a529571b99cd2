import type { Column } from './learner.ts'

export type ParameterValue = number | string | boolean

/** What every learner is created from. */
export interface LearnerOptions {
  columns: readonly Column[]
  /** Overrides of the learner's defaults; an unknown name or an impossible value throws INVALID_PARAMETER. */
  params?: Readonly<Record<string, ParameterValue>>
  seed?: number | string
}
