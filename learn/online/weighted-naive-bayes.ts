import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { BinaryClassifier, Column, Row } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import { LEVEL_BITS, LOG_BINS, logBin } from './log-bin.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from './parameters.ts'

const NAME = 'weighted-naive-bayes'
const PARAMETERS = {
  prior: { default: 0.5, min: 1e-6, max: 1 - 1e-6 },
  smoothing: { default: 30, min: 1e-6 },
  binSmoothing: { default: 10, min: 1e-6 },
  rate: { default: 0.1, min: 0, max: 10 },
  maxBins: { default: 4096, min: 2, max: 1_048_576, integer: true },
}
/** AdaGrad's starting sum of squares: about five full-size gradients before a weight moves freely. */
const INITIAL_SQUARES = 5
/** Where the coarse and the coarser bins of a numeric column begin in its counts, and their number in all. */
const COARSE = LOG_BINS
const COARSER = COARSE + (LOG_BINS >> LEVEL_BITS)
const NUMERIC_BINS = COARSER + (LOG_BINS >> (2 * LEVEL_BITS))
/** Log-odds beyond which a probability is as good as certain; keeps exp() and the log loss finite. */
const MAX_LOGIT = 35

interface State {
  /** Per column the counts of class 0 and class 1 in each bin, interleaved; bin 0 is missing. */
  counts: Float64Array[]
  /** Weight of each column's log-ratio, then the bias. */
  weights: Float64Array
  squares: Float64Array
  /** Weighted number of examples of class 0 and of class 1, and the number of updates. */
  totals: Float64Array
}

/** What the catalogue tells. */
export const weightedNaiveBayesInfo: LearnerInfo = {
  title: 'Weighted naive Bayes',
  task: 'classification',
  description:
    'Naive Bayes over log-scaled bins whose columns are weighted by an online logistic regression (Zaidi et al. 2013).',
  missing: 'A bin of its own.',
  additive: true,
}

/**
 * Naive Bayes over log-scaled bins whose per-column log-ratios are weighted by an AdaGrad logistic regression:
 * weights start at 1, which is plain naive Bayes, and fade to 0 for columns without signal. Nothing is scaled and
 * nothing warms up; missing is a bin of its own and an unseen category contributes nothing.
 * Numeric bins shrink towards wider ones (three levels, as in a Polya tree), so that few examples suffice.
 * Parameters: `prior` (what is believed about the share of class 1 before any label, worth about half an example of the
 * rarer class), `smoothing` (pseudo-count pulling a bin towards the marginal), `binSmoothing` (towards the wider
 * bin), `rate` (AdaGrad), `maxBins` (per nominal column; later categories share the last bin).
 * Zaidi et al. 2013, "Alleviating naive Bayes attribute independence assumption by attribute weighting";
 * Duchi, Hazan and Singer 2011, "Adaptive subgradient methods".
 */
export function createWeightedNaiveBayes({ columns, params }: LearnerOptions): BinaryClassifier {
  const weights = new Float64Array(columns.length + 1).fill(1)
  weights[columns.length] = 0
  return fromState(columns, readParameters(NAME, PARAMETERS, params), {
    counts: columns.map(({ kind }) => new Float64Array(2 * (kind === 'numeric' ? NUMERIC_BINS : 16))),
    weights,
    squares: new Float64Array(columns.length + 1).fill(INITIAL_SQUARES),
    totals: new Float64Array(3),
  })
}

/** Reads what follows the name in a saved learner. */
export function loadWeightedNaiveBayes(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  const parameters = loadParameters(input, NAME, PARAMETERS)
  const weights = input.f64s(columns.length + 1)
  const squares = input.f64s(columns.length + 1)
  const totals = input.f64s(3)
  const counts = columns.map(({ kind }) => {
    const bins = input.f64s(kind === 'numeric' ? 2 * NUMERIC_BINS : undefined)
    if (bins.length >= 4 && bins.length % 2 === 0) return bins
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A column has ${bins.length} counts, wanted an even number from 4.`,
    )
  })
  return fromState(columns, parameters, { counts, weights, squares, totals })
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  { counts, weights, squares, totals }: State,
): BinaryClassifier {
  const { prior: believed, smoothing, binSmoothing, rate, maxBins } = parameters
  const rarer = 2 * Math.min(believed, 1 - believed)
  const pseudo0 = (1 - believed) / rarer
  const pseudo1 = believed / rarer
  const width = columns.length
  const numeric = Uint8Array.from(columns, ({ kind }) => (kind === 'numeric' ? 1 : 0))
  const bins = new Int32Array(width)
  const ratios = new Float64Array(width)

  /** Fills `bins` and `ratios` for a row and returns its log-odds of class 1. */
  function logOdds(row: Row): number {
    const n0 = totals[0]
    const n1 = totals[1]
    const base = (n0 + smoothing) / (n1 + smoothing)
    const share = smoothing / (n0 + n1 + 5)
    let sum = weights[width] + Math.log((n1 + pseudo1) / (n0 + pseudo0))
    for (let i = 0; i < width; i++) {
      const at = binOf(i, row[i])
      bins[i] = at
      const ratio = Math.log(
        base * (numeric[i] === 1 ? pyramid(counts[i], at, share) : flat(counts[i], at, share)),
      )
      ratios[i] = ratio
      sum += weights[i] * ratio
    }
    return sum > MAX_LOGIT ? MAX_LOGIT : sum < -MAX_LOGIT ? -MAX_LOGIT : sum
  }

  /** Ratio of a bin's smoothed counts of class 1 and class 0; each is pulled towards the bin's marginal share. */
  function flat(column: Float64Array, at: number, share: number): number {
    if (2 * at >= column.length) return 1
    const c0 = column[2 * at]
    const c1 = column[2 * at + 1]
    const prior = (c0 + c1 + 0.5) * share
    return (c1 + prior) / (c0 + prior)
  }

  /** The same, from coarse to fine: within its parent, a bin is pulled towards its share of both classes together. */
  function pyramid(column: Float64Array, at: number, share: number): number {
    let index = 2 * (COARSER + (at >> (2 * LEVEL_BITS)))
    let parent0 = column[index]
    let parent1 = column[index + 1]
    const prior = (parent0 + parent1 + 0.5) * share
    let ratio = (parent1 + prior) / (parent0 + prior)
    for (let level = 1; level >= 0; level--) {
      index = 2 * (level === 1 ? COARSE + (at >> LEVEL_BITS) : at)
      const c0 = column[index]
      const c1 = column[index + 1]
      const pull = (binSmoothing * (c0 + c1 + 0.125)) / (parent0 + parent1 + 1)
      ratio *= ((c1 + pull) * (parent0 + binSmoothing)) / ((c0 + pull) * (parent1 + binSmoothing))
      parent0 = c0
      parent1 = c1
    }
    return ratio
  }

  function binOf(column: number, value: number): number {
    if (numeric[column] === 1) return logBin(value)
    if (!(value >= 0)) return 0
    return value + 1 < maxBins ? Math.floor(value) + 1 : maxBins - 1
  }

  function count(column: number, at: number, label: 0 | 1, weight: number): void {
    if (2 * at + 1 >= counts[column].length) counts[column] = grown(counts[column], 2 * at + 1)
    const into = counts[column]
    into[2 * at + label] += weight
    if (numeric[column] === 0) return
    into[2 * (COARSE + (at >> LEVEL_BITS)) + label] += weight
    into[2 * (COARSER + (at >> (2 * LEVEL_BITS))) + label] += weight
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return totals[2]
    },
    predict: row => 1 / (1 + Math.exp(-logOdds(row))),
    learn(row, label, weight = 1) {
      const error = weight / (1 + Math.exp(-logOdds(row))) - weight * label
      for (let i = 0; i < width; i++) {
        const gradient = error * ratios[i]
        squares[i] += gradient * gradient
        const moved = weights[i] - (rate * gradient) / Math.sqrt(squares[i])
        weights[i] = moved > 0 ? moved : 0
        count(i, bins[i], label, weight)
      }
      squares[width] += error * error
      weights[width] -= (rate * error) / Math.sqrt(squares[width])
      totals[label] += weight
      totals[2] += 1
    },
    sizeBytes: () => 8 * (2 * weights.length + 3 + counts.reduce((sum, column) => sum + column.length, 0)),
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64s(weights)
      out.f64s(squares)
      out.f64s(totals)
      for (const column of counts) out.f64s(column)
    },
  }
}

function grown(counts: Float64Array, index: number): Float64Array {
  const larger = new Float64Array(Math.max(2 * counts.length, 2 * (index + 1)))
  larger.set(counts)
  return larger
}
