import { discriminationThreshold as curvesOf } from '#learn/batch/evaluation/discrimination-threshold.ts'
import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { DiscriminationThresholdData, ThresholdBand } from '../data/classification-data.ts'
import type { ScoredTrial } from '../input/threshold-trials.ts'
import { thresholdTrials } from '../input/threshold-trials.ts'
import { classColor, quantitative, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

const METRICS = ['precision', 'recall', 'f1', 'f2', 'queueRate'] as const
const THRESHOLDS = Array.from({ length: 101 }, (_, i) => i / 100)

export const discriminationThreshold: ChartFamily<DiscriminationThresholdData> = {
  async compute(input) {
    const { options } = input
    const fpCost = options.number('falsePositiveCost')
    const fnCost = options.number('falseNegativeCost')
    const { trials, sampled } = await thresholdTrials(input)
    const curves = trials.map(trial => curveOf(trial, fpCost, fnCost))
    const bands = METRICS.map(
      name => [name, bandOf(curves.map(({ metrics }) => metrics[name].median))] as const,
    )
    const metrics = Object.fromEntries(bands) as DiscriminationThresholdData['metrics']
    const cost = bandOf(curves.map(({ cost }) => cost.cost)).median
    const metric = options.text('metric')
    return {
      data: {
        __typename: 'DiscriminationThresholdData',
        thresholds: THRESHOLDS,
        metrics,
        argmax: bestOf(metric, metric === 'cost' ? cost : metrics[metric as 'f1'].median),
        trials: trials.length,
        costs: { fpCost, fnCost, cost },
      },
      sampled,
    }
  },

  vega({ thresholds, metrics, argmax }) {
    const names = METRICS.map(name => (name === 'queueRate' ? 'queue rate' : name))
    const values = METRICS.flatMap((name, m) =>
      thresholds.map((threshold, i) => ({
        metric: names[m],
        threshold,
        value: metrics[name].median[i] ?? null,
        low: metrics[name].lower[i] ?? null,
        high: metrics[name].upper[i] ?? null,
      })),
    )
    const x = quantitative('threshold', 'threshold')
    const color = classColor('metric', 'Score', names)
    return {
      data: { values },
      layer: [
        {
          mark: { type: 'area', opacity: 0.15 },
          encoding: { x, y: share('low', 'score'), y2: { field: 'high' }, color },
        },
        { mark: { type: 'line', tooltip: true }, encoding: { x, y: share('value', 'score'), color } },
        {
          data: { values: [{ threshold: argmax.threshold, best: argmax.metric }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: { content: 'data' } },
          encoding: { x },
        },
      ],
    }
  },
}

/** Exact curves of one trial; rows that stand for several count as many. */
function curveOf({ labels, scores, weights }: ScoredTrial, fpCost: number, fnCost: number) {
  return curvesOf({ labels, scores, weights, thresholds: THRESHOLDS, trials: 1, fpCost, fnCost })
}

function bandOf(curves: readonly (readonly number[])[]): ThresholdBand {
  const quantiles = THRESHOLDS.map((_, i) =>
    percentiles(
      curves.map(curve => curve[i] ?? 0).sort((a, b) => a - b),
      [0.1, 0.5, 0.9],
    ),
  )
  const column = (at: number) => quantiles.map(values => values[at] ?? null)
  return { lower: column(0), median: column(1), upper: column(2) }
}

/** Of equals the highest threshold: it flags the fewest. */
function bestOf(metric: string, values: readonly (number | null)[]): DiscriminationThresholdData['argmax'] {
  const sign = metric === 'cost' ? -1 : 1
  const best = values.reduce<number>(
    (at, value, i) => (sign * (value ?? 0) >= sign * (values[at] ?? 0) ? i : at),
    0,
  )
  return { metric, threshold: THRESHOLDS[best] ?? 0, value: values[best] ?? null }
}
