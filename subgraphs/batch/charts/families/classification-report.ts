import { classificationReport as reportOf } from '#learn/batch/evaluation/classification-report.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ClassificationReportData } from '../data/classification-data.ts'
import { decidedRows } from '../input/decided-rows.ts'
import { CLASS_LABELS } from '../input/scored-rows.ts'
import { heatMap } from '../vega/heat-map.ts'

export const classificationReport: ChartFamily<ClassificationReportData> = {
  compute(input) {
    const { labels, predictions, threshold, sampled } = decidedRows(input)
    const report = reportOf({ labels, predictions })
    return {
      data: { __typename: 'ClassificationReportData', labels: CLASS_LABELS, ...report, threshold },
      sampled,
    }
  },

  vega: ({ labels, precision, recall, f1, support, supportPct }) =>
    heatMap({
      rows: labels.map((label, i) => `${label} (${support[i]} rows, ${(supportPct[i] ?? 0).toFixed(1)} %)`),
      columns: ['precision', 'recall', 'F1'],
      values: labels.map((_, i) => [precision[i] ?? null, recall[i] ?? null, f1[i] ?? null]),
      rowTitle: 'class',
      columnTitle: null,
      valueTitle: 'score',
      domain: [0, 1],
      format: '.3f',
    }),
}
