import { classificationScores } from '#learn/batch/evaluation/classification-scores.ts'
import { regressionScores } from '#learn/batch/evaluation/regression-scores.ts'
import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import type { Part } from '../dataset/build-dataset.ts'

export interface ScoredPart {
  readonly raw: Float64Array
  readonly scores: Float64Array
  /** Those that are defined on these rows. */
  readonly metrics: Readonly<Record<string, number>>
}

/** What a model says about a part, and how good that is. */
export function scorePart(model: BatchModel, { data, labels }: Part): ScoredPart {
  const raw = model.scorer?.rawAll(data) ?? new Float64Array(0)
  const scores = raw.map(value => model.answerRaw(value)?.score ?? Number.NaN)
  const found =
    model.threshold === null
      ? regressionScores({ labels, predictions: scores })
      : classificationScores({ labels, scores, threshold: model.threshold })
  const metrics = Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== null),
  )
  return { raw, scores, metrics }
}
