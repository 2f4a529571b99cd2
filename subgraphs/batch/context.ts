import DataLoader from 'dataloader'
import type { Lake } from '#ports/lake.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { SubgraphRequest } from '#subgraphs/serve.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { RunCharts } from './models/run-charts.ts'
import type { Jobs } from './jobs/open-jobs.ts'
import type { BatchModelRef } from './models/batch-model-ref.ts'
import type { ModelLookup } from './models/model-lookup.ts'
import type { Registry } from './registry/open-registry.ts'
import type { AnswerModel } from './serving/answer-model.ts'
import type { Champions } from './serving/champions.ts'
import { answerPredictions } from './serving/answer-predictions.ts'
import { createPace, type Pace } from './serving/pace.ts'
import type { PredictionRef } from './serving/prediction-ref.ts'
import type { ResidentModels } from './serving/resident-models.ts'

/** What this subgraph's resolvers work with, for the life of the process. */
export interface Services {
  useCases: readonly UseCase[]
  lake: Lake
  tracking: Tracking
  jobs: Jobs
  registry: Registry
  models: ResidentModels
  lookup: ModelLookup
  champions: Champions
  charts: RunCharts
  /** Why an engine can't be used here; null if it can. */
  problemOf: (learner: string) => string | null
}

export interface Context extends Services {
  signal?: AbortSignal | undefined
  /** For work that takes long when a request asks for much of it. */
  pace: Pace
  /** Explanations that this request has asked for. */
  explained: { count: number }
  /** By the id of a run; null if it left no model. */
  modelOf: DataLoader<string, BatchModelRef | null>
  /** What the champions say about live predictions. */
  opinionOf: DataLoader<PredictionRef, AnswerModel | null, string>
}

/** Loaders live as long as one request, or one event of a subscription. */
export function createContext(services: Services, signal: SubgraphRequest['signal']): Context {
  return {
    ...services,
    signal,
    pace: createPace(),
    explained: { count: 0 },
    modelOf: new DataLoader(runs => Promise.all(runs.map(run => services.lookup.find(run).catch(failure)))),
    opinionOf: new DataLoader(predictions => answerPredictions(services, predictions), {
      cacheKeyFn: ({ id }) => id,
    }),
  }
}

/** One failure must not fail its neighbours of the same batch. */
const failure = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
