// One query, one subscription and one refusal through the gateway, as a client would: ends with 1 and the reason if any of them fails.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire('/app/package.json')
const { createClient } = require('graphql-ws')
const WebSocket = require('ws')
const { GRAPH_URL: url, ACCESS_TOKEN: token, EXPECT_EVENTS: expectsEvents } = process.env
const authorization = `Bearer ${token}`
const headers = { 'content-type': 'application/json' }
const ask = (query, more = {}) =>
  fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify({ query }) })

const refused = await ask('{ __typename }')
assert.equal(refused.status, 401, `Without a token ${refused.status} was answered, 401 was wanted.`)

const answer = await ask('{ services { name state message } useCases { id } }', { authorization })
const { data, errors } = await answer.json()
assert.equal(errors, undefined, JSON.stringify(errors))
for (const { name, state } of data.services) console.log(`${name}: ${state}`)
assert.ok(data.useCases.length > 0, 'No use case was answered.')

const client = createClient({
  url: url.replace(/^http/, 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
  retryAttempts: 3,
})
const late = setTimeout(() => {
  console.error('No message of the subscription came in 30 s.')
  process.exit(1)
}, 30_000)
const query = expectsEvents === 'true' ? 'subscription { predictions(useCase: TFD) { id } }' : 'subscription { overview { __typename } }'
for await (const message of client.iterate({ query })) {
  assert.equal(message.errors, undefined, JSON.stringify(message.errors))
  break
}
clearTimeout(late)
await client.dispose()
console.log('A query, a subscription and a refusal went as they should.')
