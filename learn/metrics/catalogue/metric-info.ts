import type { IntervalMethod } from '../interval.ts'

export type MetricTask = 'classification' | 'regression' | 'clustering'
export type MetricDirection = 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER' | 'NONE'
/** What the numbers are in: `target` is the unit of the label, `cost` that of the cost policy, null a plain number. */
export type MetricUnit = 'target' | 'target squared' | 'percent' | 'nats' | 'clusters' | 'cost' | null

export interface MetricInfo {
  title: string
  direction: MetricDirection
  task: MetricTask
  /** What the value covers; null means everything since the beginning. */
  window: string | null
  unit: MetricUnit
  /** LaTeX. */
  formula: string
  description: string
  /** Smallest and largest value that it can have; null for no bound. */
  min: number | null
  max: number | null
}

/** A metric that is kept up to date online. */
export interface OnlineMetricInfo extends MetricInfo {
  /** The value by convention where there is nothing to compute it from, as in River (Infinity is one); the graph has null there. */
  empty: number
  /** The value of a perfect model; null where there is none. */
  optimum: number | null
  /** How its confidence interval is computed, which `INTERVAL_METHODS` explains with what it assumes; null for none. */
  ciMethod: IntervalMethod | null
}

/** Observations in the rolling windows, and milliseconds of event time in those by time. */
export const ROLLING_AUC_SIZE = 5000
export const ROLLING_SIZE = 1000
export const ROLLING_MS = 300_000

export const lastThousands = { window: `last ${ROLLING_AUC_SIZE}` }
export const lastThousand = { window: `last ${ROLLING_SIZE}` }
export const lastMinutes = { window: `last ${ROLLING_MS / 60_000} min of event time` }
