import { createAdaptiveRandomForestRegressor } from '../online/forest-regression/adaptive-random-forest-regressor.ts'
import type { ParameterValue } from '../online/learner-options.ts'
import type { Comparison } from './comparison.ts'
import { featureRows, type Features } from './feature-rows.ts'

const TOLERANCE = 1e-9

/** What is known of a forest after `n` rows; what is absent is not compared. */
interface ForestCheckpoint {
  n: number
  pred: (number | null)[]
  drifts?: number
  warnings?: number
  /** Sum of |target - prediction| of all rows, each before it was learned. */
  preq_abs_err_sum?: number
}

interface ForestRun {
  data: readonly (readonly [Features, number])[]
  probes: readonly Features[]
  params: Record<string, ParameterValue>
  seed: number
  checkpoints: readonly ForestCheckpoint[]
}

/** Runs a forest in River's mode over the rows and compares it at every checkpoint. */
export function compareForest(
  name: string,
  { data, probes, params, seed, checkpoints }: ForestRun,
  { same }: Pick<Comparison, 'same'>,
): void {
  const { columns, rowOf } = featureRows([...data.map(([x]) => x), ...probes])
  const due = new Map(checkpoints.map(checkpoint => [checkpoint.n, checkpoint]))
  const prequential = checkpoints.some(checkpoint => checkpoint.preq_abs_err_sum !== undefined)
  const forest = createAdaptiveRandomForestRegressor({ columns, params: { mode: 'river', ...params }, seed })
  let error = 0
  data.forEach(([features, target], i) => {
    const row = rowOf(features)
    if (prequential) error += Math.abs(target - forest.predict(row))
    forest.learn(row, target)
    const expected = due.get(i + 1)
    if (!expected) return
    const actual = {
      pred: probes.map(probe => forest.predict(rowOf(probe))),
      drifts: forest.drifts,
      warnings: forest.warnings,
      preq_abs_err_sum: error,
    }
    for (const key of ['pred', 'drifts', 'warnings', 'preq_abs_err_sum'] as const) {
      if (expected[key] !== undefined) same(`${name}[${i + 1}].${key}`, actual[key], expected[key], TOLERANCE)
    }
  })
}
