/** `mean` minimises squared errors, `median` absolute ones. */
export type CatboostObjective = 'binary' | 'mean' | 'median'

/** Defaults are those of the reference system. */
export interface CatboostParameters {
  readonly iterations?: number
  readonly learningRate?: number
  readonly depth?: number
  readonly l2?: number
  /** Iterations without a better metric on the validation part after which training ends. */
  readonly earlyStoppingRounds?: number
}

interface Wanted {
  objective: CatboostObjective
  parameters: CatboostParameters
  seed: number
  threads: number
  watched: boolean
}

const LOSSES = {
  binary: { loss_function: 'Logloss', eval_metric: 'AUC' },
  mean: { loss_function: 'RMSE', eval_metric: 'MAE' },
  median: { loss_function: 'MAE', eval_metric: 'MAE' },
} as const

/** The parameters under CatBoost's own names. */
export function catboostParameters({ objective, parameters, seed, threads, watched }: Wanted) {
  const { iterations = 1000, learningRate = 0.05, depth = 6, l2 = 3, earlyStoppingRounds = 50 } = parameters
  return {
    ...LOSSES[objective],
    iterations,
    learning_rate: learningRate,
    depth,
    l2_leaf_reg: l2,
    boosting_type: 'Plain',
    // CatBoost takes seeds of 31 bits and below.
    random_seed: seed % 2 ** 31,
    thread_count: threads,
    logging_level: 'Silent',
    allow_writing_files: false,
    ...(watched && { od_type: 'Iter', od_wait: earlyStoppingRounds }),
  }
}
