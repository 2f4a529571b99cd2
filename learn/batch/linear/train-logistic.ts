import { codedError } from '../../coded-error.ts'
import type { Dataset } from '../dataset.ts'
import { pause } from '../pause.ts'
import type { Scorer } from '../scorer.ts'
import { checkTraining } from './check-training.ts'
import { fitLinearDesign, type LinearDesign } from './linear-design.ts'
import { createLinearScorer } from './linear-scorer.ts'
import { linearTerms } from './linear-terms.ts'
import { createNormalEquations } from './normal-equations.ts'

interface Options {
  data: Dataset
  /** 0 or 1. */
  labels: Float64Array
  weights?: Float64Array
  /** `balanced` weighs each class as much as the other. */
  classWeight?: 'none' | 'balanced'
  /** Half of it is added times the squared coefficients of standardised columns: 1 / C of scikit-learn. */
  l2?: number
  maxIterations?: number
  /** Relative gain in the penalised loss below which it has converged. */
  tolerance?: number
  onIteration?: (progress: { iteration: number; loss: number }) => void
  signal?: AbortSignal | undefined
}

interface LogisticResult {
  readonly scorer: Scorer
  readonly iterations: number
  readonly converged: boolean
  /** Penalised loss per unit of weight. */
  readonly loss: number
}

const HALVINGS = 30

/**
 * Logistic regression with an L2 penalty on all but the intercept, by iteratively reweighted least squares, over
 * standardised numbers, one-hot categories (the 100 most frequent of a column) and indicators of missing values. Yields to
 * the event loop after each iteration. Errors: NO_ROWS, NO_USABLE_COLUMN, ONE_CLASS, SIZE_MISMATCH, INVALID_LABEL,
 * INVALID_VALUE, INVALID_PARAMETER, STOPPED.
 */
export async function trainLogistic({
  data,
  labels,
  weights,
  classWeight = 'none',
  l2 = 1,
  maxIterations = 100,
  tolerance = 1e-9,
  onIteration,
  signal,
}: Options): Promise<LogisticResult> {
  checkTraining({ rows: data.rows, labels, weights, l2 })
  const design = fitLinearDesign(data)
  const { scale, total, share } = rowWeights(labels, weights, classWeight)
  const { width } = design
  let coefficients = new Float64Array(width)
  coefficients[width - 1] = Math.log(share / (1 - share))
  let loss = lossOf(design, coefficients, labels, scale, l2)
  let iterations = 0
  let converged = false
  await pause(signal)
  while (!converged && iterations < maxIterations) {
    iterations += 1
    const step = newtonStep(design, coefficients, labels, scale, l2)
    let next = coefficients
    let reached = Infinity
    for (let size = 1, left = HALVINGS; left > 0 && !(reached <= loss); left--, size /= 2) {
      next = coefficients.map((value, i) => value + size * step[i])
      reached = lossOf(design, next, labels, scale, l2)
    }
    // No step helps: this is as exact as numbers get.
    if (!(reached <= loss)) converged = true
    else {
      converged = loss - reached <= tolerance * reached
      loss = reached
      coefficients = next
    }
    onIteration?.({ iteration: iterations, loss: loss / total })
    await pause(signal)
  }
  const scorer = createLinearScorer(data.columns, linearTerms(data, design, coefficients))
  return { scorer, iterations, converged, loss: loss / total }
}

/** The weight of each row, the sum of all and the share of positive ones. */
function rowWeights(
  labels: Float64Array,
  weights: Float64Array | undefined,
  classWeight: 'none' | 'balanced',
) {
  const sums: [number, number] = [0, 0]
  labels.forEach((label, row) => {
    if (label !== 0 && label !== 1) {
      throw codedError('INVALID_LABEL', `The label of row ${row} is ${label}, wanted 0 or 1.`)
    }
    sums[label] += weights?.[row] ?? 1
  })
  if (!(sums[0] > 0 && sums[1] > 0)) {
    throw codedError(
      'ONE_CLASS',
      `Rows of weight ${sums[1]} are positive and of weight ${sums[0]} negative, wanted some of both.`,
    )
  }
  const total = sums[0] + sums[1]
  const factors = classWeight === 'balanced' ? [total / (2 * sums[0]), total / (2 * sums[1])] : [1, 1]
  return {
    scale: Float64Array.from(labels, (label, row) => factors[label] * (weights?.[row] ?? 1)),
    total,
    share: (factors[1] * sums[1]) / total,
  }
}

/** Penalised loss. */
function lossOf(
  design: LinearDesign,
  coefficients: Float64Array,
  labels: Float64Array,
  scale: Float64Array,
  l2: number,
): number {
  const { width, most } = design
  const indexes = new Int32Array(most)
  const values = new Float64Array(most)
  let sum = 0
  for (let i = 0; i < width - 1; i++) sum += 0.5 * l2 * coefficients[i] * coefficients[i]
  for (let row = 0; row < labels.length; row++) {
    const count = design.read(row, indexes, values)
    let z = 0
    for (let i = 0; i < count; i++) z += coefficients[indexes[i]] * values[i]
    const soft = z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))
    sum += scale[row] * (soft - labels[row] * z)
  }
  return sum
}

/** Minus the inverse Hessian times the gradient. */
function newtonStep(
  design: LinearDesign,
  coefficients: Float64Array,
  labels: Float64Array,
  scale: Float64Array,
  l2: number,
): Float64Array {
  const { width, most } = design
  const equations = createNormalEquations(width)
  const indexes = new Int32Array(most)
  const values = new Float64Array(most)
  for (let row = 0; row < labels.length; row++) {
    const count = design.read(row, indexes, values)
    let z = 0
    for (let i = 0; i < count; i++) z += coefficients[indexes[i]] * values[i]
    const p = 1 / (1 + Math.exp(-z))
    equations.add(
      indexes,
      values,
      count,
      Math.max(scale[row] * p * (1 - p), 1e-300),
      scale[row] * (labels[row] - p),
    )
  }
  // The penalty's own part of the gradient.
  const one = Int32Array.of(0)
  const value = Float64Array.of(1)
  for (let i = 0; i < width - 1; i++) {
    one[0] = i
    equations.add(one, value, 1, 0, -l2 * coefficients[i])
  }
  return equations.solve(l2)
}
