import DataLoader from 'dataloader'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { SubgraphRequest } from '#subgraphs/serve.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Ingest } from './ingest.ts'
import type { Notice } from './open-incremental.ts'
import type { OutcomeFeed } from './predictions/outcome-feed.ts'
import type { PredictionFeed } from './predictions/prediction-feed.ts'
import type { PredictionLookup } from './predictions/prediction-lookup.ts'
import type { PredictionModel } from './predictions/prediction-model.ts'
import type { ProducerControl } from './producer-control.ts'
import type { Preview } from './preview.ts'
import type { Sessions } from './session/sessions-api.ts'

/** What this subgraph's resolvers work with, for the life of the process. */
export interface Services {
  /** Random id of this deployment's log; cursors of another mean nothing here. */
  platform: string
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  sessions: Sessions
  feeds: ReadonlyMap<string, PredictionFeed>
  outcomes: ReadonlyMap<string, OutcomeFeed>
  lookup: PredictionLookup
  ingest: Ingest
  preview: Preview
  producers: ProducerControl
  notice: Notice
}

export interface Context extends Services, Pick<SubgraphRequest, 'signal' | 'trace' | 'positions'> {
  predictionById: DataLoader<string, PredictionModel | null>
  labelOf: DataLoader<PredictionModel, number | null, string>
}

/** Loaders live as long as one request, or one event of a subscription. */
export function createContext(
  services: Services,
  { signal, trace, positions }: Pick<SubgraphRequest, 'signal' | 'trace' | 'positions'>,
): Context {
  const { lookup } = services
  return {
    ...services,
    ...(signal && { signal }),
    ...(trace && { trace }),
    ...(positions && { positions }),
    predictionById: new DataLoader(ids => settle(ids.map(id => lookup.byId(id)))),
    labelOf: new DataLoader(predictions => settle(predictions.map(prediction => lookup.label(prediction))), {
      cacheKeyFn: ({ id }) => id,
    }),
  }
}

/** One failure must not fail its neighbours of the same batch. */
async function settle<T>(promises: readonly Promise<T>[]): Promise<(T | Error)[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map(result => (result.status === 'fulfilled' ? result.value : (result.reason as Error)))
}
