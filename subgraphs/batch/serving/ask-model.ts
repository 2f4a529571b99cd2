import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { featureReader } from '../features/feature-reader.ts'
import { type AnswerModel, answerRow } from './answer-model.ts'
import type { LoadedModel } from './loaded-model.ts'

/** What a model answers about an event; `windows` are those of its entities as of the event, where they are known. */
export type AskModel = (
  event: JsonEvent,
  windows?: Readonly<Record<string, number | null>> | null,
) => AnswerModel

/** Binds a model to the features of its use case, once for all events that it is asked about. */
export function askModel(loaded: LoadedModel, useCase: UseCase): AskModel {
  const { model } = loaded
  const read = featureReader({ useCase, names: model.columns.map(({ name }) => name) })
  return (event, windows) => answerRow(loaded, model.encode(read(event, windows ?? null)))
}
