import { CodedError } from '#subgraphs/coded-error.ts'
import { decodePredictionId } from '#subgraphs/prediction-id.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { AnswerModel } from './answer-model.ts'
import { type AskModel, askModel } from './ask-model.ts'
import type { Champions } from './champions.ts'
import type { PredictionRef } from './prediction-ref.ts'

/** What the champions say about the events of live predictions, in their order; null where there is no champion. */
export async function answerPredictions(
  { champions }: { champions: Champions },
  predictions: readonly PredictionRef[],
): Promise<(AnswerModel | null | Error)[]> {
  const asks = new Map<string, Promise<AskModel | null>>()
  const askOf = (useCase: string) => {
    const known = asks.get(useCase)
    if (known) return known
    const ask = champions.get(useCase).then(loaded => loaded && askModel(loaded, useCaseById(useCase)))
    asks.set(useCase, ask)
    return ask
  }
  return Promise.all(
    predictions.map(async ({ id, eventJson, windows }) => {
      try {
        const ask = await askOf(decodePredictionId(id).useCase)
        if (!ask) return null
        if (typeof eventJson !== 'object' || eventJson === null)
          throw new CodedError('INVALID_EVENT', `Prediction ${id} came without its event.`)
        return ask(eventJson as JsonEvent, windows as Record<string, number | null> | null)
      } catch (error) {
        return error as Error
      }
    }),
  )
}
