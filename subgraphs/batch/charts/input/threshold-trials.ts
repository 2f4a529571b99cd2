import { createRandom } from '#learn/math/random.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { refit } from './refit.ts'
import { type SelectionSample, selectionSample } from './selection-sample.ts'

/** Held-out rows of one refit. */
export interface ScoredTrial {
  labels: Float64Array
  /** Probabilities. */
  scores: Float64Array
  /** Rows of the training data that each stands for, since positives are drawn more often. */
  weights: Float64Array
}

/**
 * Small refits, as many as the option `trials`, each on another draw with `holdout` of its rows left out to be scored. Scores and
 * weights are those of the class shares of the training data, whatever the sample's.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export async function thresholdTrials(
  input: ChartInput,
): Promise<{ trials: ScoredTrial[]; sampled: ChartSampled }> {
  const { options, run, signal } = input
  const sample = selectionSample(input)
  const seed = options.number('seed')
  const factor = odds(run.train.extra['label'] ?? sample.target) / odds(sample.target)
  const trials: ScoredTrial[] = []
  for (let trial = 0; trial < options.number('trials'); trial++) {
    signal?.throwIfAborted()
    const isHeldOut = draw(sample, options.number('holdout'), seed + trial)
    const rows = [...sample.target.keys()]
    const { scorer, test } = await refit({
      sample,
      trainRows: rows.filter(row => !isHeldOut[row]),
      testRows: rows.filter(row => isHeldOut[row]),
      params: { iterations: options.number('iterations') },
      seed: seed + trial,
      signal,
    })
    const raw = scorer?.rawAll(test.data) ?? new Float64Array(test.data.rows)
    trials.push({
      labels: test.target,
      scores: raw.map(value => 1 / (1 + Math.exp(-value - Math.log(factor)))),
      weights: test.target.map(label => (label === 1 ? factor : 1)),
    })
  }
  return { trials, sampled: sample.sampled }
}

/** Positives by negatives. */
function odds(labels: Float64Array): number {
  const positives = labels.filter(label => label === 1).length
  const negatives = labels.filter(label => label === 0).length
  return Math.max(1, positives) / Math.max(1, negatives)
}

/** Of each class the same share, so that no trial is without positives. */
function draw({ target }: SelectionSample, share: number, seed: number): Uint8Array {
  const random = createRandom(seed)
  const isHeldOut = new Uint8Array(target.length)
  for (const label of [0, 1]) {
    const rows = [...target.keys()].filter(row => target[row] === label)
    const wanted = Math.max(1, Math.round(share * rows.length))
    for (let i = 0; i < wanted && i < rows.length; i++) {
      const other = i + random.below(rows.length - i)
      const chosen = rows[other] as number
      rows[other] = rows[i] as number
      isHeldOut[chosen] = 1
    }
  }
  return isHeldOut
}
