import { CodedError } from '#subgraphs/coded-error.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { Context } from '../context.ts'
import type { MutationPredictBatchArgs } from '../resolvers.generated.ts'
import { askModel } from '../serving/ask-model.ts'
import { readJsonEvent } from '../serving/read-event.ts'
import { chosenModel } from './chosen-model.ts'
import { invalidEvent } from './invalid-event.ts'
import { problemOf } from './problem-of.ts'

const MOST_EVENTS = 10_000
/** Others are answered in between. */
const EVENTS_A_TURN = 500

/** One answer for each event, in order; those that are not valid say why. */
export async function predictBatch(
  { useCase: id, events, run }: MutationPredictBatchArgs['input'],
  context: Context,
) {
  try {
    if (events.length < 1 || events.length > MOST_EVENTS)
      throw new CodedError('BAD_USER_INPUT', `events: ${events.length} given, 1 to ${MOST_EVENTS} wanted.`)
    const useCase = useCaseById(id)
    const loaded = await chosenModel(context, useCase, run)
    const ask = askModel(loaded, useCase)
    const predictions: object[] = []
    for (const [i, given] of events.entries()) {
      if (i > 0 && i % EVENTS_A_TURN === 0) await new Promise(resolve => setImmediate(resolve))
      const parsed = readJsonEvent(useCase, given)
      predictions.push(
        parsed.ok
          ? { prediction: ask(parsed.event), problem: null }
          : { prediction: null, problem: invalidEvent(parsed) },
      )
    }
    const model = await context.modelOf.load(loaded.run)
    return { __typename: 'BatchPredictions', model, predictions }
  } catch (error) {
    return problemOf(error)
  }
}
