import { createClient } from '@coelho/realtime-sdk'

// Live predictions of a use case: `node examples/watch.ts TFD` while `npm start` runs. GRAPH_URL names another platform.

const useCase = process.argv[2] ?? 'TFD'
if (useCase !== 'TFD' && useCase !== 'ETA' && useCase !== 'ECCI')
  throw new Error(`"${useCase}" given, TFD, ETA or ECCI wanted.`)
await using api = createClient({ url: process.env['GRAPH_URL'] ?? 'http://127.0.0.1:4000/graphql' })

for await (const { predictions } of api.predictions({ useCase })) {
  const { eventTime, eventId, score, latencyMs, detail } = predictions
  console.log(eventTime, eventId, score.toFixed(4), `${latencyMs?.toFixed(1)} ms`, detail)
}
