import { confusion } from '#learn/batch/evaluation/confusion.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ConfusionMatrixData } from '../data/classification-data.ts'
import { decidedRows } from '../input/decided-rows.ts'
import { CLASS_LABELS } from '../input/scored-rows.ts'
import { heatMap } from '../vega/heat-map.ts'

export const confusionMatrix: ChartFamily<ConfusionMatrixData> = {
  compute(input) {
    const { labels, predictions, threshold, sampled } = decidedRows(input)
    const { counts, normalizedTrue, support } = confusion({ labels, predictions })
    return {
      data: {
        __typename: 'ConfusionMatrixData',
        labels: CLASS_LABELS,
        counts,
        normalizedTrue,
        support,
        threshold,
      },
      sampled,
    }
  },

  vega: ({ labels, counts, normalizedTrue }) =>
    heatMap({
      rows: labels,
      columns: labels,
      values: normalizedTrue,
      written: counts,
      rowTitle: 'true class',
      columnTitle: 'decision',
      valueTitle: 'share of true class',
      domain: [0, 1],
      format: ',d',
    }),
}
