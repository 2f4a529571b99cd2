import { residuals as residualsOf } from '#learn/batch/evaluation/residuals.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ResidualsData } from '../data/regression-data.ts'
import { predictedRows } from '../input/predicted-rows.ts'
import { classColor, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

const PARTS = ['train', 'test']
const MOST_QUANTILES = 200
const TAIL = 50

export const residuals: ChartFamily<ResidualsData> = {
  compute({ run, options }) {
    if (!run.test) {
      throw new CodedError(
        'CHART_DATA_MISSING',
        `Run ${run.run} kept no rows of its test part, wanted at least one.`,
      )
    }
    const test = predictedRows(run.test)
    const train = predictedRows(run.train)
    const maxPoints = options.number('sample')
    const seed = options.number('seed')
    const data = residualsOf({
      test: test.rows,
      train: train.rows,
      bins: options.number('bins'),
      maxPoints,
      seed,
    })
    return {
      data: { __typename: 'ResidualsData', ...data },
      sampled: { n: data.points.length, of: train.sampled.of + test.sampled.of, seed },
    }
  },

  vega({ points, hist, qq }) {
    const color = classColor('split', 'Part', PARTS)
    const bars = PARTS.flatMap(split => {
      const counts = split === 'train' ? hist.train : hist.test
      const all = counts.reduce((sum, count) => sum + count, 0)
      return counts.map((count, i) => ({
        split,
        from: hist.edges[i],
        to: hist.edges[i + 1],
        share: all > 0 ? count / all : 0,
        rows: count,
      }))
    })
    const [first = 0, last = 0] = [qq.theoretical.at(0) ?? 0, qq.theoretical.at(-1) ?? 0]
    const fitted = (at: number) => ({ theoretical: at, ordered: (qq.intercept ?? 0) + (qq.slope ?? 0) * at })
    const qqAxes = {
      x: quantitative('theoretical', 'normal quantile'),
      y: quantitative('ordered', 'residual of the test part'),
    }
    return {
      hconcat: [
        {
          width: 360,
          height: 300,
          layer: [
            {
              data: { values: [{ residual: 0 }] },
              mark: { type: 'rule', color: palette.quiet },
              encoding: { y: quantitative('residual', 'residual') },
            },
            {
              data: { values: points },
              mark: { type: 'circle', size: 16, opacity: 0.5, tooltip: true },
              encoding: {
                x: quantitative('predicted', 'prediction', { scale: { zero: false } }),
                y: quantitative('residual', 'residual'),
                color,
              },
            },
          ],
        },
        {
          width: 120,
          height: 300,
          data: { values: bars },
          mark: { type: 'bar', opacity: 0.6, tooltip: true },
          encoding: {
            y: quantitative('from', 'residual', { bin: 'binned' }),
            y2: { field: 'to' },
            x: quantitative('share', 'share of the part', { stack: null }),
            color,
          },
        },
        {
          width: 220,
          height: 300,
          layer: [
            {
              data: { values: qq.slope === null ? [] : [fitted(first), fitted(last)] },
              mark: { type: 'line', strokeDash: [4, 4], color: palette.quiet },
              encoding: qqAxes,
            },
            {
              data: {
                values: drawn(qq.theoretical.length).map(i => ({
                  theoretical: qq.theoretical[i],
                  ordered: qq.ordered[i] ?? null,
                })),
              },
              mark: { type: 'circle', size: 14, color: palette.main, tooltip: true },
              encoding: qqAxes,
            },
          ],
        },
      ],
    }
  },
}

/** Positions of the quantiles that are drawn: all in both tails, every few in the middle, where they lie on each other. */
function drawn(size: number): number[] {
  const step = Math.ceil(size / MOST_QUANTILES)
  const isTail = (i: number) => i < TAIL || i >= size - TAIL
  return Array.from({ length: size }, (_, i) => i).filter(i => isTail(i) || i % step === 0)
}
