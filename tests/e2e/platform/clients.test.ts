import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core'
import { split } from '@apollo/client/link'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition } from '@apollo/client/utilities'
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

/** The join that Apollo's own gateway refuses: each event of one subgraph, completed by the other. */
const FLAGSHIP = `subscription Flagship($useCase: UseCaseId!) {
  predictions(useCase: $useCase) {
    id cursor at score latencyMs label
    detail { __typename ... on TfdDetail { flagged threshold } ... on EcciDetail { cluster } }
    event { __typename ... on TfdEvent { amount merchantId } ... on EtaEvent { estimatedDistanceKm } ... on EcciEvent { eventType } }
    session { id state }
    useCase { id title lag { totalLag } throughput { predictionsPerSecond } }
  }
}`
const QUERY = '{ useCases { id lag { totalLag } session { id state } } }'
const COUNT = 8

interface Flagship {
  predictions: {
    id: string
    cursor: string
    score: number
    latencyMs: number
    label: number | null
    detail: { __typename: string; flagged?: boolean; threshold?: number }
    event: { __typename: string; amount?: number; merchantId?: string }
    session: { id: string; state: string }
    useCase: {
      id: string
      title: string
      lag: { totalLag: number }
      throughput: { predictionsPerSecond: number }
    }
  }
}

interface Query {
  useCases: { id: string; lag: { totalLag: number }; session: { id: string; state: string } }[]
}

describe('the live graph, by clients as people use them', () => {
  let platform: PlatformProcess
  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--rate', '60'] })
  })
  after(() => platform?.kill())

  for (const [useCase, type] of [
    ['TFD', 'Tfd'],
    ['ETA', 'Eta'],
    ['ECCI', 'Ecci'],
  ] as const) {
    test(`graphql-ws gets the joined predictions of ${useCase} in order, numbered, each once`, async () => {
      await using subscriber = createSubscriber(platform.url)
      const messages = await subscriber.subscribe<Flagship>(FLAGSHIP, { useCase }).take(COUNT)
      messages.forEach(({ errors, extensions }, index) => {
        assert.equal(errors, undefined)
        const { cursor, ...facts } = extensions as { seq: number; cursor?: string }
        assert.deepEqual(facts, { seq: index + 1 })
        assert.equal(typeof cursor, 'string')
      })
      checkFlagship(
        messages.map(({ data }) => data as Flagship),
        useCase,
        type,
      )
    })
  }

  test('Apollo Client queries by HTTP and subscribes by websocket', async () => {
    await using subscriber = createSubscriber(platform.url)
    const link = split(
      ({ query }) => {
        const definition = getMainDefinition(query)
        return definition.kind === 'OperationDefinition' && definition.operation === 'subscription'
      },
      new GraphQLWsLink(subscriber.client),
      new HttpLink({ uri: `${platform.url}/graphql` }),
    )
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    const { data } = await client.query<Query>({ query: gql(QUERY) })
    checkQuery(data)
    const found: Flagship[] = []
    const subscription = client
      .subscribe<Flagship>({ query: gql(FLAGSHIP), variables: { useCase: 'TFD' } })
      .subscribe(({ data }) => void (data && found.push(data)))
    await until('joined predictions in Apollo Client', () => found.length >= COUNT)
    subscription.unsubscribe()
    checkFlagship(found, 'TFD', 'Tfd')
    client.stop()
  })

  test('urql queries by HTTP and subscribes by websocket', async () => {
    await using subscriber = createSubscriber(platform.url)
    const client = new UrqlClient({
      url: `${platform.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: sink => ({
              unsubscribe: subscriber.client.subscribe(
                { query, variables: variables as Record<string, unknown> },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    })
    await checkUrql(client)
  })

  test('urql subscribes by event stream', async () => {
    const client = new UrqlClient({
      url: `${platform.url}/graphql`,
      preferGetMethod: false,
      fetchSubscriptions: true,
      exchanges: [fetchExchange],
    })
    await checkUrql(client)
  })

  test('graphql-sse subscribes, with numbered messages', async () => {
    const client = createSseClient({
      url: `${platform.url}/graphql`,
      singleConnection: false,
      retryAttempts: 0,
    })
    const stream = client.iterate<Flagship, { seq: number }>({
      query: FLAGSHIP,
      variables: { useCase: 'ETA' },
    })
    const found: Flagship[] = []
    let first = 0
    for await (const { data, extensions } of stream) {
      // A stream that others share has begun before.
      first ||= Number(extensions?.seq)
      assert.equal(extensions?.seq, first + found.length)
      found.push(data as Flagship)
      if (found.length === COUNT) break
    }
    checkFlagship(found, 'ETA', 'Eta')
    client.dispose()
  })

  test('fetch reads the event stream of a GET', async () => {
    const search = new URLSearchParams({ query: FLAGSHIP, variables: '{"useCase":"TFD"}' })
    const stop = new AbortController()
    const response = await fetch(`${platform.url}/graphql?${search}`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    })
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    let text = ''
    const next = () => [...text.matchAll(/^event: next\ndata: (.*)\n\n/gm)].map(([, data]) => data as string)
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
      new TextDecoderStream(),
    )) {
      text += chunk
      if (next().length >= COUNT) break
    }
    stop.abort()
    checkFlagship(
      next().map(data => (JSON.parse(data) as { data: Flagship }).data),
      'TFD',
      'Tfd',
    )
  })

  test('many clients with the same subscription get the same messages', async () => {
    await using one = createSubscriber(platform.url)
    await using other = createSubscriber(platform.url)
    const [first, second] = [one, other].map(({ subscribe }) =>
      subscribe<Flagship>(FLAGSHIP, { useCase: 'TFD' }),
    )
    assert.ok(first && second)
    const idsOf = ({ messages }: typeof first) => messages.map(({ data }) => data?.predictions.id)
    await until('ten messages in common', () => {
      const seen = new Set(idsOf(second))
      return idsOf(first).filter(id => seen.has(id)).length >= 10
    })
    const shared = new Set(idsOf(second).filter(id => idsOf(first).includes(id)))
    assert.deepEqual(
      idsOf(first).filter(id => shared.has(id)),
      [...shared],
    )
  })
})

function checkFlagship(found: readonly Flagship[], useCase: string, type: string): void {
  assert.ok(found.length >= COUNT)
  const session = found[0]?.predictions.session.id
  for (const [index, { predictions }] of found.entries()) {
    assert.equal(predictions.useCase.id, useCase)
    assert.ok(predictions.useCase.title !== '' && predictions.useCase.lag.totalLag >= 0)
    assert.ok(Number.isFinite(predictions.score) && predictions.latencyMs >= 0 && predictions.cursor !== '')
    assert.deepEqual(
      [predictions.event.__typename, predictions.detail.__typename],
      [`${type}Event`, `${type}Detail`],
    )
    assert.deepEqual(predictions.session, { ...predictions.session, id: session, state: 'RUNNING' })
    if (useCase === 'TFD') {
      assert.ok(Number(predictions.event.amount) > 0 && predictions.event.merchantId !== '')
      const { flagged, threshold } = predictions.detail
      assert.equal(flagged, predictions.score >= Number(threshold))
    }
    const before = found[index - 1]
    if (before) assert.equal(sequenceOf(predictions.id), sequenceOf(before.predictions.id) + 1)
  }
}

function checkQuery(data: Query | undefined): void {
  assert.deepEqual(
    data?.useCases.map(({ id, session }) => [id, session.state]),
    [
      ['TFD', 'RUNNING'],
      ['ETA', 'RUNNING'],
      ['ECCI', 'RUNNING'],
    ],
  )
  assert.ok(data?.useCases.every(({ lag }) => lag.totalLag >= 0))
}

async function checkUrql(client: UrqlClient): Promise<void> {
  const { data } = await client.query<Query>(QUERY, {}).toPromise()
  checkQuery(data)
  const found: Flagship[] = []
  const { unsubscribe } = client
    .subscription<Flagship>(FLAGSHIP, { useCase: 'TFD' })
    .subscribe(({ data, error }) => {
      assert.equal(error, undefined)
      if (data) found.push(data)
    })
  await until('joined predictions in urql', () => found.length >= COUNT)
  unsubscribe()
  checkFlagship(found, 'TFD', 'Tfd')
}

/** Ids are opaque to clients; a test may look inside to see that nothing is missing between two. */
function sequenceOf(id: string): number {
  return Number(Buffer.from(id, 'base64url').toString().split(' ')[2])
}
