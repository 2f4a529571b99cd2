import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createPredictionTally, type Follower } from './prediction-tally.ts'

interface Data {
  predictions: { id: string }
}

interface Extensions {
  cursor?: string
  dropped?: number
}

const SUBSCRIPTION = `subscription ($useCase: UseCaseId!, $resumeFrom: String) {
  predictions(useCase: $useCase, resumeFrom: $resumeFrom) { id cursor }
}`
const PAUSE_MS = 250

/** Follows predictions at one gateway by the graphql-ws client, which subscribes again from its last cursor when the stream breaks. */
export function followByWebsocket({ url, useCase }: { url: string; useCase: string }): Follower {
  const tally = createPredictionTally()
  let connections = 0
  let resumeFrom: string | undefined
  let left = false
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { connected: () => void connections++ },
  })
  const subscribe = () =>
    new Promise<void>(end => {
      client.subscribe<Data, Extensions>(
        { query: SUBSCRIPTION, variables: { useCase, ...(resumeFrom && { resumeFrom }) } },
        {
          next({ data, extensions }) {
            if (!data) return
            tally.take(data.predictions.id, extensions ?? {})
            resumeFrom = extensions?.cursor ?? resumeFrom
          },
          error: () => end(),
          complete: () => end(),
        },
      )
    })
  const followed = (async () => {
    while (!left) {
      await subscribe()
      if (!left) await sleep(PAUSE_MS)
    }
  })()
  return {
    name: `graphql-ws, ${useCase}`,
    useCase,
    tally,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      left = true
      // Rejects where a connection is just being refused, since the gateway has ended: then there is none to close.
      await Promise.resolve(client.dispose()).catch(() => {})
      await followed
    },
  }
}
