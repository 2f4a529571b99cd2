import { readFileSync } from 'node:fs'
import { scalars } from '#subgraphs/scalars.ts'
import { buildSubgraph, type Subgraph } from '#subgraphs/serve.ts'
import { type Context, createContext, type Services } from './context.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { Subscription, UseCaseOverview } from './resolvers/overview.ts'
import { Query } from './resolvers/query.ts'
import { Artifact, Experiment, MetricSeries, Run, RunConnection } from './resolvers/run.ts'
import { UseCase } from './resolvers/use-case.ts'

const SDL = new URL('../../schema/subgraphs/observability.generated.graphql', import.meta.url)

/** Health, lag, throughput, runs and the overview of the platform. */
export function createObservabilitySubgraph(services: Services): Subgraph<Context> {
  const runs = { Artifact, Experiment, MetricSeries, Run, RunConnection }
  const resolvers = { ...scalars, ...runs, Query, Subscription, UseCase, UseCaseOverview } satisfies Resolvers
  return buildSubgraph({
    name: 'observability',
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers,
    createContext: ({ signal }) => createContext(services, signal),
  })
}
