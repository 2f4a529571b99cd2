import type { Comparison } from './comparison.ts'
import { compareForest } from './compare-forest.ts'
import type { Features } from './feature-rows.ts'

const SEED = 42

interface Checkpoint {
  n: number
  reg5mean: number[]
  reg5adaptive: number[]
  reg_drifts: number
  reg_warnings: number
}

export interface ArfRegressorVectors {
  /** Features, class, target. */
  data: [Features, number, number][]
  probes: Features[]
  checkpoints: Checkpoint[]
}

/** The two regressors of a file of adaptive random forests against those of River. */
export function verifyArfRegressor(
  { data, probes, checkpoints }: ArfRegressorVectors,
  comparison: Pick<Comparison, 'same'>,
): void {
  const targets = data.map(([features, , target]) => [features, target] as const)
  const run = { data: targets, probes, seed: SEED }
  const ofMean = checkpoints.map(({ n, reg5mean }) => ({ n, pred: reg5mean }))
  compareForest('reg5mean', { ...run, params: { leaf: 'mean', trees: 5 }, checkpoints: ofMean }, comparison)
  const ofAdaptive = checkpoints.map(({ n, reg5adaptive, reg_drifts, reg_warnings }) => {
    return { n, pred: reg5adaptive, drifts: reg_drifts, warnings: reg_warnings }
  })
  compareForest(
    'reg5adaptive',
    { ...run, params: { leaf: 'adaptive', trees: 5 }, checkpoints: ofAdaptive },
    comparison,
  )
}
