import { CodedError } from '#subgraphs/coded-error.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Context } from '../context.ts'
import type { JobRecord } from '../jobs/job.ts'
import type { MutationStartBatchTrainingArgs, TrainingAsOf } from '../resolvers.generated.ts'
import { readSpec } from '../training/read-spec.ts'
import { learnerName } from './learner-enum.ts'

/** @throws CodedError `BAD_USER_INPUT`, `ENGINE_MISSING`, `TRAINING_DATA_MISSING`, and what jobs and the lake throw. */
export async function startBatchTraining(
  {
    useCase: id,
    learner,
    sampleFraction,
    asOf,
    idempotencyKey,
    ...options
  }: MutationStartBatchTrainingArgs['input'],
  context: Context,
): Promise<JobRecord> {
  const useCase = useCaseById(id)
  const spec = readInput({
    useCase,
    input: {
      ...options,
      ...(learner != null && { learner: learnerName(learner) }),
      fraction: sampleFraction,
      ...(asOf && (await versionsAsOf(context, useCase, asOf))),
    },
  })
  const problem = context.problemOf(spec.learner)
  if (problem !== null) throw new CodedError('ENGINE_MISSING', problem)
  return context.jobs.submit({ spec, idempotencyKey: idempotencyKey ?? undefined })
}

/** Versions of the events' table, and of the labels' as it was then. */
async function versionsAsOf({ lake }: Pick<Context, 'lake'>, useCase: UseCase, asOf: TrainingAsOf) {
  const table = await lake.open(useCase.topic)
  if (!table)
    throw new CodedError(
      'TRAINING_DATA_MISSING',
      `${useCase.id} has no table in the lake yet, which the sink makes.`,
    )
  const { version, timestamp } = asOf
  const events = await table.snapshot(
    version != null ? { version: Number(version) } : { timestamp: new Date(timestamp ?? 0).getTime() },
  )
  const labels = await lake.open(topicsOf(useCase).labels)
  // Before its first version there were no labels.
  const then = await labels?.snapshot({ timestamp: events.timestamp }).catch(() => null)
  return { version: events.version, ...(then && { labelsVersion: then.version }) }
}

/** Its messages name options as the graph does. */
function readInput(given: Parameters<typeof readSpec>[0]): ReturnType<typeof readSpec> {
  try {
    return readSpec(given)
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    throw new CodedError(error.code, error.message.replace(/^fraction\b/, 'sampleFraction'))
  }
}
