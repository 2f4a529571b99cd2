import { useCaseById } from '#use-cases/index.ts'
import type { Context } from '../context.ts'
import type { QueryResolvers } from '../resolvers.generated.ts'
import { bestRunOf } from '../tracking/best-run-of.ts'
import { findRuns, type RunFilter, type RunPageModel } from '../tracking/find-runs.ts'

/** Root fields about runs. */
export const runQueries = {
  runs: (_, { useCase, experiment, ...filter }, context) =>
    useCase ? runsOfUseCase(useCase, filter, context, experiment) : runsOf(experiment, filter, context),
  run: (_, { id }, { runById }) => runById.load(id),
  experiments: async (_, __, { reader }) => [...(await reader.experiments())],
  bestRun: (_, { useCase, metric, status }, { gate, reader }) =>
    bestRunOf({
      gate,
      reader,
      useCase: useCaseById(useCase),
      metric: metric ?? undefined,
      status: status ?? ['FINISHED', 'RUNNING'],
    }),
} satisfies QueryResolvers

/** Runs of a use case's experiment; none if `experiment` names another one. */
export async function runsOfUseCase(
  useCase: string,
  filter: RunFilter,
  { gate, reader }: Context,
  experiment?: string | null,
): Promise<RunPageModel> {
  const own = await reader.experimentOf(useCaseById(useCase))
  const isOther = experiment != null && experiment !== own?.id
  return findRuns(gate, own && !isOther ? [own.id] : [], filter)
}

async function runsOf(
  experiment: string | null | undefined,
  filter: RunFilter,
  { gate, reader }: Context,
): Promise<RunPageModel> {
  const ids = experiment != null ? [experiment] : (await reader.experiments()).map(({ id }) => id)
  return findRuns(gate, ids, filter)
}
