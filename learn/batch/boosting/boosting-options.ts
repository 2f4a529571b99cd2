import type { Dataset } from '../dataset.ts'
import type { Scorer } from '../scorer.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { BoostingMetric, BoostingObjective } from './boosting-parameters.ts'
import type { BoostingThreads } from './boosting-threads.ts'

export interface BoostingOptions {
  readonly objective: BoostingObjective
  /** Multiclass: labels are 0 to classes - 1. */
  readonly classes?: number
  /** Quantile: between 0 and 1, default .5, the median (that is, the mean absolute error). */
  readonly quantile?: number
  readonly train: BoostingPart
  /** Decides when to stop; null: all iterations are made. */
  readonly validation: BoostingPart | null
  /** Those of `boostingParameterSpec`. */
  readonly params?: Readonly<Record<string, number | string>>
  readonly seed: number
  readonly threads?: BoostingThreads | null
  readonly onIteration?: (point: BoostingIteration) => void
  /** Aborting it ends the training within one iteration, with an error of code STOPPED. */
  readonly signal?: AbortSignal
}

export interface BoostingPart {
  readonly data: Dataset
  /** Binary: 0 and 1. */
  readonly labels: Float64Array
  /** At least 0; default 1 each. */
  readonly weights?: Float64Array
}

export interface BoostingIteration {
  /** From 1. */
  readonly iteration: number
  /** Mean loss (regression: its root) on the training part and on the validation part, if there is one. */
  readonly trainLoss: number
  readonly validationLoss: number | null
  readonly metric: { readonly name: BoostingMetric; readonly value: number } | null
  /** Best iteration so far. */
  readonly best: number
}

export interface BoostingResult {
  readonly scorer: BoostingScorer
  /** Iterations made. */
  readonly iterations: number
  /** Iterations that the scorer holds: the best on validation. */
  readonly best: number
  readonly stopped: 'EARLY' | 'LIMIT'
  readonly curve: readonly {
    readonly iteration: number
    readonly train: number
    readonly validation: number | null
    readonly metric: number | null
  }[]
}

export interface BoostingScorer extends Scorer {
  /** Its features are not the columns: one column may be seen in several ways. */
  readonly trees: TreeEnsemble
}
