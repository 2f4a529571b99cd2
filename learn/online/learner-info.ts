import type { MetricTask } from '../metrics/catalogue.ts'

/** What the catalogue of learners tells of one. */
export interface LearnerInfo {
  title: string
  task: MetricTask
  /** What it is and when to use it, in a sentence or two, with its source. */
  description: string
  /** What a missing value means to it. */
  missing: string
  /** Whether it explains each prediction by additive contributions of the columns. */
  additive: boolean
}
