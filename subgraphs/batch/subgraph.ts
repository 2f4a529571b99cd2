import { readFileSync } from 'node:fs'
import { scalars } from '#subgraphs/scalars.ts'
import { buildSubgraph, type Subgraph } from '#subgraphs/serve.ts'
import { type Context, createContext, type Services } from './context.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { BatchExplanation, BatchPrediction, BatchPredictionRow } from './resolvers/answers.ts'
import { BatchFeature } from './resolvers/batch-feature.ts'
import { BatchLearnerInfo, BatchLearning, Promotion } from './resolvers/batch-learning.ts'
import { BatchCluster, BatchModel, ClusterProfile } from './resolvers/batch-model.ts'
import { Chart, ChartKind } from './resolvers/chart.ts'
import { Prediction, Run, UseCase } from './resolvers/entities.ts'
import { Mutation } from './resolvers/mutation.ts'
import { Query } from './resolvers/query.ts'
import { Subscription } from './resolvers/subscription.ts'
import { TrainingJob } from './resolvers/training-job.ts'
import { SmallestChange, WhatIf, WhatIfPoint } from './resolvers/what-if.ts'

const SDL = new URL('../../schema/subgraphs/batch.generated.graphql', import.meta.url)

/** Training jobs over the lake, the models that they leave, what these answer, and charts about them. */
export function createBatchSubgraph(services: Services): Subgraph<Context> {
  const resolvers = {
    ...scalars,
    Query,
    Mutation,
    Subscription,
    UseCase,
    Prediction,
    Run,
    BatchLearning,
    BatchLearnerInfo,
    Promotion,
    TrainingJob,
    BatchModel,
    BatchFeature,
    BatchCluster,
    ClusterProfile,
    BatchPrediction,
    BatchPredictionRow,
    BatchExplanation,
    WhatIf,
    WhatIfPoint,
    SmallestChange,
    Chart,
    ChartKind,
  } satisfies Resolvers
  return buildSubgraph({
    name: 'batch',
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers,
    createContext: ({ signal }) => createContext(services, signal),
  })
}
