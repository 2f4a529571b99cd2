import { useCaseById } from '#use-cases/index.ts'
import { sampleEvents } from '../features/sample-events.ts'
import type { PredictionResolvers, RunResolvers, UseCaseResolvers } from '../resolvers.generated.ts'
import { explain } from '../serving/explain.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

export const UseCase: UseCaseResolvers = {
  __resolveReference: ({ id }) => ({ id: useCaseById(id as string).id }),
  id: ({ id }) => id as 'TFD',
  batch: ({ id }) => ({ id }),
  sample: ({ id }, { n, seed }, { lake, signal }) =>
    sampleEvents({ lake, useCase: useCaseById(id), n: n ?? 1, seed: seed ?? 0, signal }) as never,
}

export const Prediction: PredictionResolvers = {
  __resolveReference: reference => reference as never,
  secondOpinion: (prediction, _, { opinionOf }) => opinionOf.load(prediction),
  async batchExplanation(prediction, { top }, { opinionOf }) {
    const answer = await opinionOf.load(prediction)
    return answer && explain(answer, top ?? 10)
  },
}

export const Run: RunResolvers = {
  __resolveReference: ({ id }) => ({ id: id as string }),
  batchModel: ({ id }, _, { modelOf }) => modelOf.load(id),
  async chart({ id }, { kind, options }, { modelOf, charts, signal }) {
    const model = await modelOf.load(id)
    if (!model)
      throw new CodedError(
        'MODEL_NOT_FOUND',
        `Run "${id.slice(0, 80)}" has no batch model, which charts are about.`,
      )
    return charts.chart(model, kind, options, signal)
  },
}
