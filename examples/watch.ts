import { createClient } from '@coelho/realtime-sdk'

// Live predictions of a use case while `npm start` runs: `npm run example -- TFD [url]`.

const [, , useCase = 'TFD', url = 'http://127.0.0.1:4000/graphql'] = process.argv
if (useCase !== 'TFD' && useCase !== 'ETA' && useCase !== 'ECCI')
  throw new Error(`"${useCase}" given, TFD, ETA or ECCI wanted.`)
await using api = createClient({ url })

for await (const { predictions } of api.predictions({ useCase })) {
  const { eventTime, eventId, score, latencyMs, detail } = predictions
  console.log(eventTime, eventId, score.toFixed(4), `${latencyMs?.toFixed(1)} ms`, detail)
}
