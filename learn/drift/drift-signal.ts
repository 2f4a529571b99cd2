/** A change that a monitor found. */
export interface DriftSignal {
  /** `feature:amount`, `score`, `error` or `label rate`. */
  signal: string
  /** What found it. */
  detector: string
  /** What it measures: the share of a range of values or of a category, or the mean. */
  statistic: string
  /** Evidence for a change in nats, and what it had to exceed. */
  value: number
  threshold: number
  /** The statistic before and after the change: a share in 0..1, or the mean of values (extremes clipped). */
  before: number
  after: number
  /** Where the change most likely is, in values of this signal ago, and how many values were compared with it. */
  changeAt: number
  n: number
  /** Population stability index of the whole distribution, before against after. */
  psi: number
  /** Largest difference of the cumulated shares. */
  ks: number
  /** Code of the category whose share moved; -1 for everything else. */
  category: number
}
