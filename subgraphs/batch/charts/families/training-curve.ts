import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { TrainingCurveData } from '../data/selection-data.ts'
import { classColor, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const trainingCurve: ChartFamily<TrainingCurveData> = {
  compute({ run: { run, curve, manifest } }) {
    if (curve.length === 0) {
      throw new CodedError(
        'CHART_DATA_MISSING',
        `Run ${run} has no curve: ${manifest.spec.learner} does not learn by iterations; a model that does is wanted.`,
      )
    }
    const { stopped } = manifest
    return {
      data: {
        __typename: 'TrainingCurveData',
        iteration: curve.map(({ iteration }) => iteration),
        trainMetric: curve.map(({ train }) => train),
        validMetric: curve.map(({ validation }) => validation),
        metric: 'loss',
        stopping: curve.map(({ metric }) => metric),
        bestIteration: stopped?.best ?? null,
        stoppedAt: stopped?.iterations ?? curve.at(-1)?.iteration ?? null,
      },
      sampled: { n: curve.length, of: stopped?.iterations ?? curve.length, seed: manifest.spec.seed },
    }
  },

  vega({ iteration, trainMetric, validMetric, metric, bestIteration }) {
    const x = quantitative('iteration', 'iteration')
    return {
      layer: [
        {
          data: {
            values: iteration.flatMap((at, i) => [
              { iteration: at, part: 'training', loss: trainMetric[i] ?? null },
              { iteration: at, part: 'validation', loss: validMetric[i] ?? null },
            ]),
          },
          mark: { type: 'line', tooltip: true },
          encoding: {
            x,
            y: quantitative('loss', metric, { scale: { zero: false } }),
            color: classColor('part', 'Part', ['training', 'validation']),
          },
        },
        {
          data: { values: bestIteration === null ? [] : [{ iteration: bestIteration }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: true },
          encoding: { x },
        },
      ],
    }
  },
}
