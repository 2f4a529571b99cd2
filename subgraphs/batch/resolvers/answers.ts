import type {
  BatchExplanationResolvers,
  BatchPredictionResolvers,
  BatchPredictionRowResolvers,
} from '../resolvers.generated.ts'
import { explain } from '../serving/explain.ts'
import type { LoadedModel } from '../serving/loaded-model.ts'
import type { Context } from '../context.ts'
import type { BatchModelRef } from '../models/batch-model-ref.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

/** Each takes about a millisecond. */
const MOST_EXPLAINED = 1000

export const BatchPrediction: BatchPredictionResolvers = {
  score: ({ answer }) => answer.score,
  raw: ({ answer }) => answer.raw,
  flagged: ({ answer }) => answer.flagged,
  threshold: ({ loaded }) => loaded.model.threshold,
  low: ({ answer }) => answer.low,
  high: ({ answer }) => answer.high,
  coverage: ({ loaded }) => loaded.model.coverage,
  cluster: ({ answer }) => answer.cluster,
  model: ({ loaded }, _, context) => modelRef(loaded, context),
}

export const BatchExplanation: BatchExplanationResolvers = {
  contributions: ({ contributions }) => [...contributions],
  model: ({ answer }, _, context) => modelRef(answer.loaded, context),
}

export const BatchPredictionRow: BatchPredictionRowResolvers = {
  explanation({ prediction }, { top }, { pace, explained }) {
    if (!prediction) return null
    if (++explained.count > MOST_EXPLAINED)
      throw new CodedError(
        'BAD_USER_INPUT',
        `explanation: at most ${MOST_EXPLAINED} of them in one request wanted.`,
      )
    return pace(() => explain(prediction, top ?? 10))
  },
}

async function modelRef({ run }: LoadedModel, { modelOf }: Context): Promise<BatchModelRef> {
  const model = await modelOf.load(run)
  if (model) return model
  throw new CodedError('MODEL_NOT_FOUND', `Run ${run}, whose model answered, is no longer there.`)
}
