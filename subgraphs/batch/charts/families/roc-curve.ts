import { rocCurve as curveOf } from '#learn/batch/evaluation/roc-curve.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { RocAverage, RocCurveData } from '../data/classification-data.ts'
import { rocAverages } from '../input/roc-averages.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { scoredRows } from '../input/scored-rows.ts'
import { classColor, inOrder, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const rocCurve: ChartFamily<RocCurveData> = {
  compute(input) {
    const { labels, scores, sampled } = scoredRows(partOfRun(input))
    const maxPoints = input.options.number('points')
    const curve = curveOf({ labels, scores, threshold: input.run.model.threshold, maxPoints })
    const averages =
      input.options.text('averages') === 'ALL' && curve.auc !== null
        ? rocAverages({ labels, scores, curve: { ...curve, auc: curve.auc }, maxPoints })
        : { micro: null, macro: null }
    return { data: { __typename: 'RocCurveData', ...curve, ...averages }, sampled }
  },

  vega({ fpr, tpr, auc, micro, macro, operatingPoint }) {
    const line = (curve: string, { fpr, tpr }: Pick<RocAverage, 'fpr' | 'tpr'>) =>
      fpr.map((x, i) => ({ curve, i, fpr: x, tpr: tpr[i] ?? null }))
    const name = (title: string, area: number | null) =>
      area === null ? title : `${title} (area ${area.toFixed(4)})`
    const values = [
      ...line(name('positive class', auc), { fpr, tpr }),
      ...(micro ? line(name('micro average', micro.auc), micro) : []),
      ...(macro ? line(name('macro average', macro.auc), macro) : []),
    ]
    const encoding = { x: share('fpr', 'false alarm rate'), y: share('tpr', 'recall') }
    return {
      width: 400,
      height: 400,
      layer: [
        {
          data: {
            values: [
              { fpr: 0, tpr: 0 },
              { fpr: 1, tpr: 1 },
            ],
          },
          mark: { type: 'line', strokeDash: [4, 4], color: palette.quiet },
          encoding,
        },
        {
          data: { values },
          mark: { type: 'line', tooltip: true },
          encoding: { ...encoding, order: inOrder, color: classColor('curve', 'Curve') },
        },
        {
          data: { values: operatingPoint ? [operatingPoint] : [] },
          mark: { type: 'point', filled: true, size: 90, color: palette.other, tooltip: { content: 'data' } },
          encoding,
        },
      ],
    }
  },
}
