import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Context } from '../context.ts'
import type { LoadedModel } from '../serving/loaded-model.ts'

/**
 * The model of a run, or the champion.
 * @throws CodedError `NOT_READY` without a champion, `MODEL_NOT_FOUND`.
 */
export async function chosenModel(
  { champions, models }: Pick<Context, 'champions' | 'models'>,
  useCase: UseCase,
  run: string | null | undefined,
): Promise<LoadedModel> {
  const loaded = run == null ? await champions.get(useCase.id) : await models.get(run)
  if (!loaded)
    throw new CodedError(
      'NOT_READY',
      `${useCase.id} has no champion among its batch models yet; train one first.`,
    )
  if (loaded.useCase === useCase.id) return loaded
  throw new CodedError(
    'MODEL_NOT_FOUND',
    `Run ${loaded.run} is of ${loaded.useCase}, one of ${useCase.id} wanted.`,
  )
}
