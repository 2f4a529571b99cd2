import { confusion } from '#learn/batch/evaluation/confusion.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ClassPredictionErrorData } from '../data/classification-data.ts'
import { decidedRows } from '../input/decided-rows.ts'
import { CLASS_LABELS } from '../input/scored-rows.ts'
import { classColor, named, quantitative } from '../vega/channels.ts'

export const classPredictionError: ChartFamily<ClassPredictionErrorData> = {
  compute(input) {
    const { labels, predictions, sampled } = decidedRows(input)
    const { counts } = confusion({ labels, predictions })
    return { data: { __typename: 'ClassPredictionErrorData', labels: CLASS_LABELS, matrix: counts }, sampled }
  },

  vega: ({ labels, matrix }) => ({
    width: { step: 120 },
    data: {
      values: labels.flatMap((actual, a) =>
        labels.map((decision, d) => ({ actual, decision, rows: matrix[a]?.[d] ?? 0 })),
      ),
    },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      x: named('actual', 'true class', { axis: { labelAngle: 0 } }),
      // Rare classes would vanish on a plain scale.
      y: quantitative('rows', 'rows (square root scale)', { stack: true, scale: { type: 'sqrt' } }),
      color: classColor('decision', 'Decision', labels),
    },
  }),
}
