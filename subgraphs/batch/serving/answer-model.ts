import type { BatchAnswer } from '#learn/batch/model/batch-model.ts'
import type { LoadedModel } from './loaded-model.ts'

/** What resolvers receive as a batch prediction: the row that the model saw, and what it said. */
export interface AnswerModel {
  readonly loaded: LoadedModel
  readonly row: Float64Array
  readonly answer: BatchAnswer
}

/** Asks a model about features in the order of its columns. */
export function answerRow(loaded: LoadedModel, row: Float64Array): AnswerModel {
  return { loaded, row, answer: loaded.model.answer(row) }
}
