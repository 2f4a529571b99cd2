import type { StateReader } from '../state/reader.ts'
import { checkedWeight } from './checked-weight.ts'
import type { BinaryClassifier, Column, Row } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import { affordableBins, createLogBinCounts, loadLogBinCounts, type LogBinCounts } from './log-bin-counts.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from './parameters.ts'

const NAME = 'weighted-naive-bayes'
const PARAMETERS = {
  prior: { default: 0.5, min: 1e-6, max: 1 - 1e-6 },
  smoothing: { default: 5, min: 1e-6 },
  binSmoothing: { default: 20, min: 1e-6 },
  rate: { default: 0.1, min: 0, max: 10 },
  maxBins: { default: 4096, min: 2, max: 1_048_576, integer: true },
}
/** AdaGrad's starting sum of squares: one full-size gradient before a weight moves freely. */
const INITIAL_SQUARES = 1
/** Log-odds beyond which a probability is as good as certain; keeps exp() and the log loss finite. */
const MAX_LOGIT = 35
const DEFAULT_BYTES = 64 * 1024 * 1024
/** Bytes per column, and for all of them, beside the counts. */
const COLUMN_BYTES = 8 + 8 + 8 + 4 + 1
const FIXED_BYTES = 5 * 8

interface State {
  counts: LogBinCounts
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
 * bin), `rate` (AdaGrad), `maxBins` (per nominal column; later categories share the last bin; fewer when `maxBytes`
 * allows no more). Examples of weight 0 teach nothing; negative, non-finite and huge weights throw INVALID_WEIGHT.
 * Zaidi et al. 2013, "Alleviating naive Bayes attribute independence assumption by attribute weighting";
 * Duchi, Hazan and Singer 2011, "Adaptive subgradient methods".
 */
export function createWeightedNaiveBayes({
  columns,
  params,
  maxBytes = DEFAULT_BYTES,
}: LearnerOptions): BinaryClassifier {
  const wanted = readParameters(NAME, PARAMETERS, params)
  const rest = maxBytes - FIXED_BYTES - COLUMN_BYTES * columns.length
  const parameters = Object.freeze({
    ...wanted,
    maxBins: affordableBins(columns, wanted.maxBins, rest),
  })
  const weights = new Float64Array(columns.length + 1).fill(1)
  weights[columns.length] = 0
  return fromState(columns.length, parameters, {
    counts: createLogBinCounts(columns, parameters),
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
  const counts = loadLogBinCounts(input, columns, parameters)
  return fromState(columns.length, parameters, { counts, weights, squares, totals })
}

function fromState(
  width: number,
  parameters: ParameterValues<typeof PARAMETERS>,
  { counts, weights, squares, totals }: State,
): BinaryClassifier {
  const { prior: believed, rate } = parameters
  const rarer = 2 * Math.min(believed, 1 - believed)
  const pseudo0 = (1 - believed) / rarer
  const pseudo1 = believed / rarer
  const bins = new Int32Array(width)
  const ratios = new Float64Array(width)

  /** Fills `bins` and `ratios` for a row and returns its log-odds of class 1. */
  function logOdds(row: Row): number {
    const n0 = totals[0]
    const n1 = totals[1]
    counts.weigh(n0, n1)
    let sum = weights[width] + Math.log((n1 + pseudo1) / (n0 + pseudo0))
    for (let i = 0; i < width; i++) {
      const bin = counts.binOf(i, row[i])
      const ratio = counts.logRatio(i, bin)
      bins[i] = bin
      ratios[i] = ratio
      sum += weights[i] * ratio
    }
    return sum > MAX_LOGIT ? MAX_LOGIT : sum < -MAX_LOGIT ? -MAX_LOGIT : sum
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
      if (checkedWeight(weight) === 0) return
      const error = weight / (1 + Math.exp(-logOdds(row))) - weight * label
      for (let i = 0; i < width; i++) {
        const gradient = error * ratios[i]
        squares[i] += gradient * gradient
        const moved = weights[i] - (rate * gradient) / Math.sqrt(squares[i])
        weights[i] = moved > 0 ? moved : 0
        counts.add(i, bins[i], label, weight)
      }
      squares[width] += error * error
      weights[width] -= (rate * error) / Math.sqrt(squares[width])
      totals[label] += weight
      totals[2] += 1
    },
    unlearn(row, label, weight = 1) {
      if (checkedWeight(weight) === 0) return
      for (let i = 0; i < width; i++) counts.remove(i, counts.binOf(i, row[i]), label, weight)
      totals[label] = totals[label] > weight ? totals[label] - weight : 0
    },
    explain(row, out) {
      const probability = 1 / (1 + Math.exp(-logOdds(row)))
      let sum = 0
      for (let i = 0; i < width; i++) sum += out[i] = weights[i] * ratios[i]
      // From the probability itself, so that its rounding and the clamp at MAX_LOGIT are the base's.
      return Math.log(probability / (1 - probability)) - sum
    },
    sizeBytes: () => counts.sizeBytes() + COLUMN_BYTES * width + FIXED_BYTES,
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64s(weights)
      out.f64s(squares)
      out.f64s(totals)
      counts.save(out)
    },
  }
}
