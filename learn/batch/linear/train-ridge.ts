import type { Dataset } from '../dataset.ts'
import { pause } from '../pause.ts'
import type { Scorer } from '../scorer.ts'
import { checkTraining } from './check-training.ts'
import { fitLinearDesign } from './linear-design.ts'
import { createLinearScorer } from './linear-scorer.ts'
import { linearTerms } from './linear-terms.ts'
import { createNormalEquations } from './normal-equations.ts'

interface Options {
  data: Dataset
  labels: Float64Array
  weights?: Float64Array
  /** Added to the squared coefficients of standardised columns, as alpha in scikit-learn. */
  l2?: number
  signal?: AbortSignal | undefined
}

/**
 * Least squares with an L2 penalty on all but the intercept (Hoerl and Kennard 1970), over standardised numbers, one-hot
 * categories (the 100 most frequent of a column) and indicators of missing values. Errors: NO_ROWS, NO_USABLE_COLUMN,
 * SIZE_MISMATCH, INVALID_LABEL, INVALID_VALUE, INVALID_PARAMETER, STOPPED.
 */
export async function trainRidge({
  data,
  labels,
  weights,
  l2 = 1,
  signal,
}: Options): Promise<{ scorer: Scorer }> {
  checkTraining({ rows: data.rows, labels, weights, l2 })
  const design = fitLinearDesign(data)
  await pause(signal)
  const equations = createNormalEquations(design.width)
  const indexes = new Int32Array(design.most)
  const values = new Float64Array(design.most)
  // Around their mean labels keep their digits.
  const center = meanOf(labels)
  for (let row = 0; row < data.rows; row++) {
    const count = design.read(row, indexes, values)
    const weight = weights?.[row] ?? 1
    equations.add(indexes, values, count, weight, weight * (labels[row] - center))
  }
  await pause(signal)
  const coefficients = equations.solve(l2)
  coefficients[design.width - 1] += center
  return { scorer: createLinearScorer(data.columns, linearTerms(data, design, coefficients)) }
}

function meanOf(values: Float64Array): number {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += (values[i] - mean) / (i + 1)
  return mean
}
