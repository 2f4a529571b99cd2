import { readFileSync } from 'node:fs'
import { buildSubgraph, type Subgraph } from '#subgraphs/serve.ts'
import { scalars } from '#subgraphs/scalars.ts'
import { type Context, createContext, type Services } from './context.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { Mutation } from './resolvers/mutation.ts'
import { payloads } from './resolvers/payloads.ts'
import { DriftSignal } from './resolvers/drift-signal.ts'
import { Explanation } from './resolvers/explanation.ts'
import { Outcome, Prediction } from './resolvers/prediction.ts'
import { Producer } from './resolvers/producer.ts'
import { LearnerInfo, Query } from './resolvers/query.ts'
import { EventTimeBucket, Slice, SliceGap } from './resolvers/session-evaluation.ts'
import { ModelComparison, SessionModel, SessionPromotion } from './resolvers/session-model.ts'
import { Subscription } from './resolvers/subscription.ts'
import { MetricsSnapshot, OnlineModel, TrainingSession } from './resolvers/training-session.ts'
import { UseCase } from './resolvers/use-case.ts'

const SDL = new URL('../../schema/subgraphs/incremental.generated.graphql', import.meta.url)

/** Use cases, live learning and its streams. */
export function createIncrementalSubgraph(services: Services): Subgraph<Context> {
  const resolvers = {
    ...scalars,
    ...payloads,
    Query,
    Mutation,
    Subscription,
    UseCase,
    TrainingSession,
    OnlineModel,
    MetricsSnapshot,
    SessionModel,
    ModelComparison,
    SessionPromotion,
    EventTimeBucket,
    Slice,
    SliceGap,
    DriftSignal,
    Explanation,
    LearnerInfo,
    Prediction,
    Outcome,
    Producer,
  } satisfies Resolvers
  return buildSubgraph({
    name: 'incremental',
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers,
    createContext: request => createContext(services, request),
  })
}
