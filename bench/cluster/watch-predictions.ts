import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** What a dashboard sees of one use case: the newest predictions, no more than a few a second. */
export interface Watcher {
  readonly useCase: string
  /** Messages that came. */
  readonly seen: number
  /** Predictions that the server says it left out. */
  readonly dropped: number
  readonly lastEventId: string | null
  /** Milliseconds from each event's append to its message here, those left out not counted. */
  readonly delays: readonly number[]
}

export interface Watchers extends AsyncDisposable {
  readonly all: readonly Watcher[]
  /** What went wrong first, if anything. */
  readonly failure: unknown
}

interface Message {
  predictions: { eventId: string; at: string; latencyMs: number }
}

/** Subscribes to the predictions of use cases over one websocket; resolves once all subscriptions are on their way. */
export async function watchPredictions({
  url,
  useCases,
  maxPerSecond,
}: {
  /** Of the gateway. */
  url: string
  useCases: readonly string[]
  maxPerSecond: number
}): Promise<Watchers> {
  const client: Client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
  })
  let failure: unknown = null
  const all = useCases.map(useCase => {
    const watcher = {
      useCase,
      seen: 0,
      dropped: 0,
      lastEventId: null as string | null,
      delays: [] as number[],
    }
    client.subscribe<Message, { dropped?: number }>(
      {
        query: `subscription { predictions(useCase: ${useCase}, maxPerSecond: ${maxPerSecond}) { eventId at latencyMs } }`,
      },
      {
        next({ data, errors, extensions }) {
          if (!data) {
            failure ??= errors
            return
          }
          const { eventId, at, latencyMs } = data.predictions
          watcher.seen++
          watcher.dropped += extensions?.dropped ?? 0
          watcher.lastEventId = eventId
          watcher.delays.push(Date.now() - (Date.parse(at) - latencyMs))
        },
        error: error => (failure ??= error),
        complete: () => (failure ??= new Error(`The stream of ${useCase} ended.`)),
      },
    )
    return watcher
  })
  await new Promise<void>((resolve, reject) => {
    client.on('connected', () => resolve())
    client.on('error', reject)
  })
  return {
    all,
    get failure() {
      return failure
    },
    async [Symbol.asyncDispose]() {
      await client.dispose()
    },
  }
}
