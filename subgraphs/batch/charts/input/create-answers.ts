import type { Dataset } from '#learn/batch/dataset.ts'
import { clusterCounts } from '../cluster-counts.ts'
import type { RunData } from '../run-data.ts'

/** What a model answers to rows of which one feature is set. */
interface Answers {
  /** What the answers are. */
  readonly title: string
  /** One number a row: probability, value, or 1 for those that fall into the largest cluster and 0 for others. */
  at(rows: Dataset, column: number, value: number): Float64Array
}

export function createAnswers(run: RunData): Answers {
  const { model } = run
  const { scorer } = model
  if (scorer) {
    return {
      title: model.task === 'regression' ? 'value' : 'probability',
      at: (rows, column, value) =>
        scorer.rawAll(withValue(rows, column, value)).map(raw => model.answerRaw(raw)?.score ?? Number.NaN),
    }
  }
  const counts = clusterCounts(run)
  const largest = counts.indexOf(Math.max(...counts))
  return {
    title: `share of rows in cluster ${largest}`,
    at(rows, column, value) {
      const row = new Float64Array(rows.columns.length)
      return Float64Array.from({ length: rows.rows }, (_, i) => {
        rows.values.forEach((values, c) => {
          row[c] = values[i] as number
        })
        row[column] = value
        return model.answer(row).cluster === largest ? 1 : 0
      })
    },
  }
}

function withValue({ rows, columns, values }: Dataset, column: number, value: number): Dataset {
  const set = values[column] instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows)
  return { rows, columns, values: values.with(column, set.fill(value)) }
}
