import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core'
import { split } from '@apollo/client/link'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition } from '@apollo/client/utilities'
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { startFixture, until } from './start-fixture.ts'
import type { Result, Started } from './start-fixture.ts'

const QUERY = '{ products { id name rating inStock } }'
const SUBSCRIPTION =
  'subscription Prices($id: ID) { priceChanged(id: $id) { cents product { id name rating } } }'
const PRODUCTS = [1, 2, 3].map(n => ({
  id: String(n),
  name: `Product ${n}`,
  rating: n + 0.5,
  inStock: n * 10,
}))
const event = (id: string, cents: number) => ({
  priceChanged: { cents, product: { id, name: `Product ${id}`, rating: Number(id) + 0.5 } },
})
const subscribed = (started: Started, count = 1) =>
  until(() => started.fixture.prices.listeners === count, `${count} subscriptions at the subgraph`)

describe('clients as people use them', () => {
  it('Apollo Client queries by HTTP and subscribes by websocket', async () => {
    await using started = await startFixture()
    const link = split(
      ({ query }) => {
        const definition = getMainDefinition(query)
        return definition.kind === 'OperationDefinition' && definition.operation === 'subscription'
      },
      new GraphQLWsLink(started.client()),
      new HttpLink({ uri: started.endpoint }),
    )
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    const { data } = await client.query<{ products: unknown[] }>({
      query: gql(QUERY),
      fetchPolicy: 'no-cache',
    })
    assert.deepEqual(withoutTypenames(data), { products: PRODUCTS })

    const results: unknown[] = []
    const subscription = client
      .subscribe({ query: gql(SUBSCRIPTION), variables: { id: '2' }, fetchPolicy: 'no-cache' })
      .subscribe(result => results.push(result.data))
    await subscribed(started)
    started.fixture.prices.publish({ id: '1', cents: 1 })
    started.fixture.prices.publish({ id: '2', cents: 2 })
    await until(() => results.length === 1, 'the event came')
    assert.deepEqual(withoutTypenames(results), [event('2', 2)])
    subscription.unsubscribe()
    await subscribed(started, 0)
    client.stop()
  })

  it('urql queries by HTTP and subscribes by websocket', async () => {
    await using started = await startFixture()
    const sockets = started.client()
    const client = new UrqlClient({
      url: started.endpoint,
      preferGetMethod: false,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: sink => ({
              unsubscribe: sockets.subscribe(
                { query, variables: variables as Record<string, unknown> },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    })
    const { data } = await client.query(QUERY, {}).toPromise()
    assert.deepEqual(withoutTypenames(data), { products: PRODUCTS })
    await urqlSubscribes(client, started)
  })

  it('urql subscribes by event stream, and by one accepts answers in JSON to its queries', async () => {
    await using started = await startFixture()
    const client = new UrqlClient({
      url: started.endpoint,
      preferGetMethod: false,
      fetchSubscriptions: true,
      exchanges: [fetchExchange],
    })
    const { data } = await client.query(QUERY, {}).toPromise()
    assert.deepEqual(withoutTypenames(data), { products: PRODUCTS })
    await urqlSubscribes(client, started)
  })

  it('graphql-sse subscribes in distinct connections mode', async () => {
    await using started = await startFixture()
    const client = createSseClient({ url: started.endpoint, singleConnection: false, retryAttempts: 0 })
    const stream = client.iterate({ query: SUBSCRIPTION })
    const first = stream.next()
    await subscribed(started)
    started.fixture.prices.publish({ id: '1', cents: 1, extensions: { seq: 1 } })
    assert.deepEqual((await first).value, { data: event('1', 1), extensions: { seq: 1 } })
    started.fixture.prices.end()
    assert.equal((await stream.next()).done, true)
    const query = client.iterate({ query: '{ reviewCount }' })
    assert.deepEqual((await query.next()).value, { data: { reviewCount: 6 } })
    client.dispose()
  })

  it('fetch reads an event stream, by POST and by GET, next to websockets on the same stream', async () => {
    await using started = await startFixture({ limits: { heartbeatMs: 20 } })
    const { fixture, endpoint, metric } = started
    const variables = { id: '3' }
    const post = await openStream(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SUBSCRIPTION, variables }),
    })
    const search = new URLSearchParams({ query: SUBSCRIPTION, variables: JSON.stringify(variables) })
    const get = await openStream(`${endpoint}?${search}`)
    const socket = started.client().iterate({ query: SUBSCRIPTION, variables })
    const viaSocket = socket.next()
    const open = () => metric('coelho_gateway_client_subscriptions', 'transport="websocket"')
    await until(
      async () => fixture.prices.listeners === 1 && (await open()) === 1,
      'three clients share one stream',
    )
    assert.equal(await metric('coelho_gateway_client_subscriptions', 'transport="sse"'), 2)
    await new Promise(resolve => setTimeout(resolve, 50))
    fixture.prices.publish({ id: '3', cents: 30 })
    for (const stream of [post, get]) assert.deepEqual(await stream.next(), { data: event('3', 30) })
    assert.deepEqual((await viaSocket).value, { data: event('3', 30) })
    post.abort()
    get.abort()
    await socket.return?.(undefined)
    await subscribed(started, 0)
    await until(
      async () => (await metric('coelho_gateway_streaming_connections', 'transport="sse"')) === 0,
      'all are gone',
    )
  })

  it('an event stream tells errors: before it begins by status, later by an event', async () => {
    await using started = await startFixture()
    const stream = (query: string) =>
      fetch(started.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
      })
    const invalid = await stream('subscription { nothing }')
    assert.equal(invalid.status, 400)
    assert.match(await invalid.text(), /GRAPHQL_VALIDATION_FAILED/)
    const refused = await stream('subscription { refused }')
    assert.equal(refused.status, 200)
    assert.match(
      await refused.text(),
      /event: next\ndata: \{"errors":\[.*"code":"CLOSED".*\]\}\n\nevent: complete\ndata:\n\n$/,
    )
  })
})

async function urqlSubscribes(client: UrqlClient, started: Started): Promise<void> {
  const results: unknown[] = []
  const { unsubscribe } = client
    .subscription(SUBSCRIPTION, { id: '1' })
    .subscribe(({ data, error }) => results.push(error ?? data))
  await subscribed(started)
  for (const cents of [1, 2]) {
    started.fixture.prices.publish({ id: '1', cents })
    await until(() => results.length === cents, 'the event came')
  }
  assert.deepEqual(withoutTypenames(results), [event('1', 1), event('1', 2)])
  unsubscribe()
  await subscribed(started, 0)
}

/** Reads the `next` events of a stream, as any program could. */
async function openStream(url: string, init: RequestInit = {}) {
  const stop = new AbortController()
  const headers = { ...(init.headers as Record<string, string>), accept: 'text/event-stream' }
  const response = await fetch(url, { ...init, headers, signal: stop.signal })
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  let text = ''
  return {
    abort: () => stop.abort(),
    async next(): Promise<Result> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end < 0) {
          text += (await reader.read()).value ?? ''
          continue
        }
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const data = /^event: next\ndata: (.*)$/.exec(block)?.[1]
        if (data) return JSON.parse(data)
      }
    },
  }
}

/** Apollo and urql ask for `__typename` everywhere. */
function withoutTypenames(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) =>
    key === '__typename' ? undefined : member,
  )
}
