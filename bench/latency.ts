import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { useCases } from '#use-cases/index.ts'
import { startPlatformProcess } from '#tests/e2e/support/platform-process.ts'
import type { BenchResult } from './bench-result.ts'
import { quantile } from './cluster/quantile.ts'
import { environment } from './environment.ts'

const SECONDS = 60
const WARM_UP_SECONDS = 5

interface Message {
  predictions: { at: string; latencyMs: number; useCase: { lag: { totalLag: number } } }
}

/** How long from an event's append to the log until a websocket client holds its prediction, joined over two subgraphs? */
export async function run(): Promise<BenchResult[]> {
  await using platform = await startPlatformProcess({ args: ['--ephemeral'] })
  const client = createClient({
    url: `${platform.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  const delays: number[] = []
  const from = performance.now() + WARM_UP_SECONDS * 1000
  const until = from + SECONDS * 1000
  await Promise.all(
    useCases.map(async ({ id }) => {
      const query = `subscription { predictions(useCase: ${id}) { at latencyMs useCase { lag { totalLag } } } }`
      for await (const { data, errors } of client.iterate<Message>({ query })) {
        if (errors || !data) throw new Error(JSON.stringify(errors))
        const now = performance.now()
        if (now > until) return
        const { at, latencyMs } = data.predictions
        if (now > from) delays.push(performance.timeOrigin + now - (Date.parse(at) - latencyMs))
      }
    }),
  )
  await client.dispose()
  delays.sort((a, b) => a - b)
  const wanted = SECONDS * 20 * useCases.length
  if (delays.length < wanted * 0.8)
    throw new Error(`${delays.length} messages in ${SECONDS} s, about ${wanted} wanted.`)
  const method = `${delays.length} messages in ${SECONDS} s at 20 events/s for each of ${useCases.length} use cases, one graphql-ws client, lag joined from a second subgraph for every message; clocks of one machine, 1 ms resolution`
  return [0.5, 0.99].map(q => ({
    name: `event appended → received by a websocket client, p${q * 100}`,
    ours: quantile(delays, q),
    peer: null,
    ratio: null,
    unit: 'ms',
    method,
    environment: environment(),
  }))
}
