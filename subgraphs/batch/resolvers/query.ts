import { useCaseById } from '#use-cases/index.ts'
import { chartKinds } from '../charts/chart-kinds.ts'
import type { QueryResolvers } from '../resolvers.generated.ts'
import { metricCatalogue } from './metric-info.ts'
import { whatIf } from './what-if.ts'

export const Query: QueryResolvers = {
  trainingJob: (_, { id }, { jobs }) => jobs.get(id) ?? null,
  batchModel: (_, { run }, { modelOf }) => modelOf.load(run),
  chartKinds: (_, { useCase }) =>
    [...chartKinds(useCase == null ? null : useCaseById(useCase).task)] as never,
  metricCatalogue: (_, { useCase }) => metricCatalogue(useCase == null ? null : useCaseById(useCase).task),
  whatIf: (_, { input }, context) => whatIf(input, context) as never,
}
