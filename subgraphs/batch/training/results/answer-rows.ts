import type { Dataset } from '#learn/batch/dataset.ts'
import type { BatchModel } from '#learn/batch/model/batch-model.ts'

/** What a model says about each row on its own: confidence of its cluster, and distance to it (or minus the log likelihood). */
export function answerRows(
  model: BatchModel,
  { rows, values }: Dataset,
): { score: Float64Array; raw: Float64Array } {
  const [score, raw] = [new Float64Array(rows), new Float64Array(rows)]
  const row = new Float64Array(values.length)
  for (let i = 0; i < rows; i++) {
    for (let column = 0; column < values.length; column++)
      row[column] = (values[column] as Float64Array)[i] as number
    const answer = model.answer(row)
    score[i] = answer.score
    raw[i] = answer.raw
  }
  return { score, raw }
}
