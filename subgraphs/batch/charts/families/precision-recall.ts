import { precisionRecallCurve } from '#learn/batch/evaluation/precision-recall-curve.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { PrecisionRecallData } from '../data/classification-data.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { scoredRows } from '../input/scored-rows.ts'
import { inOrder, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const precisionRecall: ChartFamily<PrecisionRecallData> = {
  compute(input) {
    const { labels, scores, sampled } = scoredRows(partOfRun(input))
    const curve = precisionRecallCurve({ labels, scores, maxPoints: input.options.number('points') })
    return { data: { __typename: 'PrecisionRecallData', ...curve }, sampled }
  },

  vega({ precision, recall, thresholds, ap, prevalence, isoF1 }) {
    const x = share('recall', 'recall')
    const y = share('precision', ap === null ? 'precision' : `precision (average ${ap.toFixed(4)})`)
    return {
      width: 400,
      height: 400,
      layer: [
        {
          data: {
            values: isoF1.flatMap(({ f1, points }) =>
              points.map(([recall, precision]) => ({ f1: `F1 ${f1}`, recall, precision })),
            ),
          },
          mark: { type: 'line', color: palette.quiet, opacity: 0.6, strokeWidth: 1, tooltip: true },
          encoding: { x, y, detail: { field: 'f1', type: 'nominal', title: 'Equal F1' } },
        },
        {
          data: { values: prevalence === null ? [] : [{ precision: prevalence }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: true },
          encoding: { y },
        },
        {
          data: {
            values: precision.map((value, i) => ({
              i,
              precision: value,
              recall: recall[i],
              threshold: thresholds[i] ?? null,
            })),
          },
          mark: { type: 'line', color: palette.main, tooltip: { content: 'data' } },
          encoding: { x, y, order: inOrder },
        },
      ],
    }
  },
}
