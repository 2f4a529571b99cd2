import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier, Column, Row } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { MODES } from '../linear/linear-design.ts'
import { oneOf } from '../linear/one-of.ts'
import { loadParameters, readParameters, saveParameters, type ParameterValues } from '../parameters.ts'
import { createCodeCounts } from './code-counts.ts'
import { createGaussians } from './gaussians.ts'

const NAME = 'gaussian-naive-bayes'
const PARAMETERS = {
  mode: { default: 'ours' },
  smoothing: { default: 1, min: 1e-9 },
}
/** Log-odds beyond which a probability is as good as certain. */
const MAX_LOGIT = 30
/** What River adds to every density. */
const RIVER_FLOOR = 10e-10

export const gaussianNaiveBayesInfo: LearnerInfo = {
  title: 'Gaussian naive Bayes',
  task: 'classification',
  description:
    'One normal distribution per class and number, smoothed counts per class and category, taken as independent. Sample weights count, and corrected labels are unlearned.',
  missing: 'Left out of the product.',
  additive: true,
}

/**
 * Gaussian naive Bayes over numbers and categories, missing values left out. Parameters: `mode` (`ours`: variances have
 * a floor, categories are smoothed counts; `river`: 1e-9 is added to every density, as River does, categories are taken
 * as numbers) and `smoothing` (pseudo-count of a category).
 */
export function createGaussianNaiveBayes({ columns, params }: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params))
}

/** Reads what follows the name in a saved learner. */
export function loadGaussianNaiveBayes(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  input?: StateReader,
): BinaryClassifier {
  const river = oneOf(NAME, 'mode', parameters.mode, MODES) === 'river'
  const width = columns.length
  let updates = input ? input.f64() : 0
  const totals = input ? input.f64s(2) : new Float64Array(2)
  const gaussians = createGaussians(width, input)
  const counted = columns.map(({ kind }) => kind === 'nominal' && !river)
  const counts = counted.map(is => (is ? createCodeCounts(parameters.smoothing, input) : null))

  function change(row: Row, label: 0 | 1, weight: number): void {
    totals[label] = Math.max(0, totals[label] + weight)
    for (let i = 0; i < width; i++) {
      const column = counts[i]
      if (column) column.add(row[i], label, weight)
      else gaussians.add(i, label, row[i], weight)
    }
  }

  /** What column i says for class 1 against class 0, in nats. */
  function ratio(i: number, value: number): number {
    const column = counts[i]
    if (column) return column.logRatio(value)
    if (!Number.isFinite(value)) return 0
    if (!river) return gaussians.logDensity(i, 1, value) - gaussians.logDensity(i, 0, value)
    const [p0, p1] = [gaussians.density(i, 0, value), gaussians.density(i, 1, value)]
    return Math.log((RIVER_FLOOR + p1) / (RIVER_FLOOR + p0))
  }

  function prior(): number {
    const pseudo = river ? 0 : 0.5
    return Math.log((totals[1] + pseudo) / (totals[0] + pseudo))
  }

  function bounded(logit: number): number {
    return logit > MAX_LOGIT ? MAX_LOGIT : logit < -MAX_LOGIT ? -MAX_LOGIT : logit || 0
  }

  function logit(row: Row): number {
    let sum = prior()
    for (let i = 0; i < width; i++) sum += ratio(i, row[i])
    return bounded(sum)
  }

  return {
    name: NAME,
    task: 'classification',
    parameters,
    get updates() {
      return updates
    },
    predict: row => 1 / (1 + Math.exp(-logit(row))),
    learn(row, label, weight = 1) {
      if (!(weight > 0)) return
      updates += 1
      change(row, label, weight)
    },
    unlearn(row, label, weight = 1) {
      if (!(weight > 0)) return
      updates -= 1
      change(row, label, -weight)
    },
    explain(row, out) {
      let sum = 0
      for (let i = 0; i < width; i++) {
        const part = ratio(i, row[i])
        out[i] = Number.isFinite(part) ? part : 0
        sum += out[i]
      }
      // The base holds the prior and what clamping takes away.
      return logit(row) - sum
    },
    sizeBytes: () => gaussians.sizeBytes() + 16 + counts.reduce((sum, c) => sum + (c ? c.sizeBytes() : 0), 0),
    save(out) {
      out.str(NAME)
      saveParameters(out, PARAMETERS, parameters)
      out.f64(updates)
      out.f64s(totals)
      gaussians.save(out)
      for (const column of counts) column?.save(out)
    },
  }
}
