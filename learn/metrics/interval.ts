/** How an interval was computed; `INTERVAL_METHODS` tells what each assumes. */
export type IntervalMethod = 'wilson' | 'delong' | 'poisson-bootstrap' | 'block-bootstrap'

/** A confidence interval of a figure. */
export interface Interval {
  lower: number
  upper: number
  /** Share of such intervals that hold the true value, if the assumption of the method holds. */
  level: number
  method: IntervalMethod
}

export const INTERVAL_LEVEL = 0.95
/** Quantile of the standard normal distribution for `INTERVAL_LEVEL`, two-sided. */
export const INTERVAL_Z = 1.959963984540054

/** What each method does and assumes: served with the catalogue. */
export const INTERVAL_METHODS: Readonly<Record<IntervalMethod, string>> = {
  wilson:
    'Score interval of Wilson (1927) for a share. Assumes that the observations are exchangeable: none follows from others, nothing drifts within what the value covers.',
  delong:
    'DeLong, DeLong and Clarke-Pearson (1988), symmetric in the log-odds of the area. Assumes that the observations of the window are exchangeable within each class.',
  'poisson-bootstrap':
    'Percentiles over 200 resamples in which every observation counts as often as a Poisson(1) variable says. Assumes that the observations are exchangeable.',
  'block-bootstrap':
    'Percentiles over 200 resamples of 8 to 64 blocks of consecutive observations, so that errors may depend on recent ones. Assumes that the blocks are exchangeable: nothing drifts within what the value covers.',
}
