import { CodedError } from '#subgraphs/coded-error.ts'
import type { Context } from '../context.ts'
import type { MutationResolvers } from '../resolvers.generated.ts'
import { predictBatch } from './predict-batch.ts'
import { problemOf } from './problem-of.ts'
import { startBatchTraining } from './start-batch-training.ts'

const REFUSED = {
  QUEUE_FULL: 'TrainingRefused',
  BUSY: 'TrainingRefused',
  ENGINE_MISSING: 'TrainingRefused',
  TRAINING_DATA_MISSING: 'TrainingRefused',
  LAKE_VERSION_UNKNOWN: 'InvalidInput',
  IDEMPOTENCY_CONFLICT: 'TrainingRefused',
} as const

export const Mutation: MutationResolvers = {
  startBatchTraining: (_, { input }, context) =>
    startBatchTraining(input, context).then(
      job => ({ __typename: 'TrainingJob', ...job }),
      (error: unknown) => problemOf(error, REFUSED),
    ) as never,
  cancelBatchTraining: (_, { job }, { jobs }) =>
    jobs.cancel(job).then(
      record => ({ __typename: 'TrainingJob', ...record }),
      (error: unknown) => problemOf(error, REFUSED),
    ) as never,
  promoteModel: (_, { input: { run, reason } }, context) =>
    championAfter(context, context.registry.promote({ run, reason })) as never,
  rollbackModel: (_, { useCase, reason }, context) =>
    championAfter(context, context.registry.rollback({ useCase, reason })) as never,
  predictBatch: (_, { input }, context) => predictBatch(input, context) as never,
}

const NOT_PROMOTED = {
  RUN_NOT_FOUND: 'NotFound',
  MODEL_NOT_FOUND: 'NotFound',
  ...Object.fromEntries(
    [
      'BAD_USER_INPUT',
      'RUN_NOT_BATCH',
      'RUN_OF_OTHER_USE_CASE',
      'RUN_FAILED',
      'RUN_NOT_FINISHED',
      'MODEL_NOT_SERVABLE',
      'MODEL_CORRUPT',
      'EARLIER_CHAMPION_MISSING',
      'BUSY',
    ].map(code => [code, 'PromotionRefused']),
  ),
}

async function championAfter({ modelOf }: Context, change: Promise<{ run: string }>): Promise<object> {
  try {
    const { run } = await change
    const model = await modelOf.load(run)
    if (model) return { __typename: 'BatchModel', ...model }
    throw new CodedError('MODEL_NOT_FOUND', `Run ${run} is no longer there.`)
  } catch (error) {
    return problemOf(error, NOT_PROMOTED)
  }
}
