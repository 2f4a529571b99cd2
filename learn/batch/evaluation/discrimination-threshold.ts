import { codedError } from '../../coded-error.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { percentiles } from '../statistics/percentiles.ts'
import { checkScored, type ScoredRows } from './check-scored.ts'

export type DiscriminationMetric = 'precision' | 'recall' | 'f1' | 'f2' | 'queueRate'

export interface Band {
  median: number[]
  lower: number[]
  upper: number[]
}

export interface DiscriminationThreshold {
  thresholds: number[]
  /** `queueRate` is the share of rows that are flagged. 0 where nothing is flagged. */
  metrics: Record<DiscriminationMetric, Band>
  /** Where the median of the metric is highest; the highest such threshold. */
  argmax: { metric: DiscriminationMetric; threshold: number; value: number } | null
  trials: number
  /** Of wrong decisions on these rows, per row. */
  cost: { fpCost: number; fnCost: number; cost: number[]; threshold: number | null }
}

const METRICS = ['precision', 'recall', 'f1', 'f2', 'queueRate'] as const
/** As NumPy's `linspace(0, 1, 101)` has them. */
const HUNDREDTHS = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01))
/** Sums of weights from here on are drawn from the normal distribution that a Poisson one comes close to. */
const MANY = 50

/**
 * How the decisions change with the threshold, and how much of it is luck: medians and 10 % to 90 % bands over bootstrap samples of
 * the rows, drawn by `seed`; one trial gives the rows themselves. Rows of equal label between two thresholds are drawn together (a Poisson
 * bootstrap), so that trials cost nothing per row.
 * @throws `INVALID_DATA`, see `checkScored`; `INVALID_PARAMETER` for trials outside of 1 to 1000 and costs below 0.
 */
export function discriminationThreshold({
  thresholds = HUNDREDTHS,
  trials = 50,
  metric = 'f1',
  fpCost = 1,
  fnCost = 1,
  seed = 42,
  ...rows
}: ScoredRows & {
  /** Ascending. */
  thresholds?: readonly number[]
  trials?: number
  metric?: DiscriminationMetric
  fpCost?: number
  fnCost?: number
  seed?: number
}): DiscriminationThreshold {
  if (!(Number.isInteger(trials) && trials >= 1 && trials <= 1000)) {
    throw codedError('INVALID_PARAMETER', `trials: ${trials} given, a whole number from 1 to 1000 wanted.`)
  }
  if (!(fpCost >= 0 && fnCost >= 0)) {
    throw codedError('INVALID_PARAMETER', `Costs ${fpCost} and ${fnCost} given, at least 0 wanted.`)
  }
  checkScored(rows)
  const cells = cellsOf(rows, thresholds)
  const random = createRandom(seed)
  const exact = curvesOf(cells.weight)
  const drawn =
    trials === 1 ? [exact] : Array.from({ length: trials }, () => curvesOf(resample(cells, random)))
  const metrics = Object.fromEntries(METRICS.map(name => [name, bandOf(drawn.map(curves => curves[name]))]))
  const medians = (metrics[metric] as Band).median
  const best = medians.reduce((at, value, i) => (value >= medians[at] ? i : at), 0)
  const cost = exact.fp.map((fp, i) =>
    exact.rows > 0 ? (fpCost * fp + fnCost * exact.fn[i]) / exact.rows : 0,
  )
  const cheapest = cost.reduce((at, value, i) => (value <= cost[at] ? i : at), 0)
  return {
    thresholds: [...thresholds],
    metrics: metrics as Record<DiscriminationMetric, Band>,
    argmax: exact.positives > 0 ? { metric, threshold: thresholds[best], value: medians[best] } : null,
    trials,
    cost: { fpCost, fnCost, cost, threshold: exact.rows > 0 ? thresholds[cheapest] : null },
  }
}

/** Sums of weights and of their squares by the number of thresholds at or below the score, first of the negatives, then of the positives. */
interface Cells {
  weight: Float64Array
  square: Float64Array
  isWeighted: boolean
}

function cellsOf({ labels, scores, weights }: ScoredRows, thresholds: readonly number[]): Cells {
  const size = thresholds.length + 1
  const weight = new Float64Array(2 * size)
  const square = new Float64Array(2 * size)
  for (let i = 0; i < labels.length; i++) {
    const value = weights ? weights[i] : 1
    const cell = passed(thresholds, scores[i]) + (labels[i] === 1 ? size : 0)
    weight[cell] += value
    square[cell] += value * value
  }
  return { weight, square, isWeighted: weights !== undefined }
}

function passed(thresholds: readonly number[], score: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (thresholds[middle] <= score) low = middle + 1
    else high = middle
  }
  return low
}

function resample({ weight, square, isWeighted }: Cells, random: Random): Float64Array {
  return weight.map((mean, cell) =>
    mean === 0
      ? 0
      : !isWeighted && mean < MANY
        ? poisson(mean, random)
        : Math.max(0, mean + Math.sqrt(square[cell]) * random.normal()),
  )
}

/** Knuth 1969. */
function poisson(mean: number, random: Random): number {
  const goal = Math.exp(-mean)
  let count = -1
  for (let product = 1; product > goal; product *= random.next()) count++
  return count
}

function curvesOf(cells: Float64Array) {
  const size = cells.length / 2
  const length = size - 1
  const curves = { precision: [], recall: [], f1: [], f2: [], queueRate: [], fp: [], fn: [] } as Record<
    DiscriminationMetric | 'fp' | 'fn',
    number[]
  >
  let tp = 0
  let fp = 0
  const positives = cells.subarray(size).reduce((sum, value) => sum + value, 0)
  const rows = cells.reduce((sum, value) => sum + value, 0)
  for (let i = length - 1; i >= 0; i--) {
    fp += cells[i + 1]
    tp += cells[size + i + 1]
    curves.precision[i] = ratio(tp, tp + fp)
    curves.recall[i] = ratio(tp, positives)
    curves.f1[i] = ratio(2 * tp, positives + tp + fp)
    curves.f2[i] = ratio(5 * tp, 4 * positives + tp + fp)
    curves.queueRate[i] = ratio(tp + fp, rows)
    curves.fp[i] = fp
    curves.fn[i] = Math.max(0, positives - tp)
  }
  return { ...curves, positives, rows }
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)

function bandOf(curves: readonly (readonly number[])[]): Band {
  const length = curves[0]?.length ?? 0
  const band: Band = { median: [], lower: [], upper: [] }
  for (let i = 0; i < length; i++) {
    const [lower, median, upper] = percentiles(
      curves.map(curve => curve[i]).sort((a, b) => a - b),
      [0.1, 0.5, 0.9],
    )
    band.lower.push(lower)
    band.median.push(median)
    band.upper.push(upper)
  }
  return band
}
