import { detCurve as curveOf } from '#learn/batch/evaluation/det-curve.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { DetCurveData } from '../data/classification-data.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { scoredRows } from '../input/scored-rows.ts'
import { inOrder, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** Rates that are written along a normal-deviate axis, and their quantiles. */
const TICKS = [
  [0.001, -3.0902],
  [0.01, -2.3263],
  [0.05, -1.6449],
  [0.2, -0.8416],
  [0.5, 0],
  [0.8, 0.8416],
  [0.95, 1.6449],
  [0.99, 2.3263],
] as const

export const detCurve: ChartFamily<DetCurveData> = {
  compute(input) {
    const { labels, scores, sampled } = scoredRows(partOfRun(input))
    const curve = curveOf({ labels, scores, maxPoints: input.options.number('points') })
    return { data: { __typename: 'DetCurveData', ...curve }, sampled }
  },

  vega({ fpr, fnr, thresholds, fprProbit, fnrProbit }) {
    const values = fprProbit.flatMap((x, i) => {
      const y = fnrProbit[i] ?? null
      return x === null || y === null ? [] : [{ i, x, y, fpr: fpr[i], fnr: fnr[i], threshold: thresholds[i] }]
    })
    const labelExpr = TICKS.map(
      ([rate, at]) => `abs(datum.value - ${at}) < 0.001 ? '${100 * rate} %' : `,
    ).join('')
    const axis = { values: TICKS.map(([, at]) => at), labelExpr: `${labelExpr}''` }
    return {
      width: 400,
      height: 400,
      data: { values },
      mark: { type: 'line', color: palette.main, tooltip: { content: 'data' } },
      encoding: {
        x: quantitative('x', 'false alarm rate', { axis }),
        y: quantitative('y', 'rate of missed positives', { axis }),
        order: inOrder,
      },
    }
  },
}
