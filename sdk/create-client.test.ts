import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GraphQLError } from 'graphql'
import { WebSocket as NodeWebSocket } from 'ws'
import { createClient, type Client } from './create-client.ts'
import { extensionsOf } from './extensions-of.ts'
import type { ConnectionState } from './live-socket.ts'
import { openGraphServer } from './testing/graph-server.ts'
import { createSource } from './testing/source.ts'
import { take } from './testing/take.ts'

const quick = { firstMs: 2, longestMs: 10 }
const prediction = (n: number) => ({ data: { predictions: { id: String(n), cursor: `c${n}` } } })
const metrics = (n: number) => ({ data: { metrics: { predictions: n } } })

const takePredictions = (api: Client, count: number) => take(api.predictions({ useCase: 'TFD' }), count)

describe('subscriptions', () => {
  it('give data as selected, with variables and headers sent', async () => {
    await using server = await openGraphServer(() => createSource(prediction(1), prediction(2)))
    await using api = createClient({ url: server.url, headers: async () => ({ authorization: 'Bearer t' }) })
    const messages = await take(api.predictions({ useCase: 'TFD', sample: 0.5 }), 2)
    assert.deepEqual(messages, [prediction(1).data, prediction(2).data])
    const [{ query, variables } = assert.fail()] = server.received
    assert.match(query, /^subscription Predictions\(/)
    assert.deepEqual(variables, { useCase: 'TFD', sample: 0.5 })
    assert.deepEqual(server.connections, [{ authorization: 'Bearer t' }])
  })

  it('end where the server completes them', async () => {
    const source = createSource(metrics(1), metrics(2))
    source.end()
    await using server = await openGraphServer(() => source)
    await using api = createClient({ url: server.url })
    const messages = await take(api.metrics({ useCase: 'TFD' }), Infinity)
    assert.deepEqual(messages, [metrics(1).data, metrics(2).data])
  })

  it('begin with the first step and not before', async () => {
    await using server = await openGraphServer(() => createSource(metrics(1)))
    await using api = createClient({ url: server.url })
    const messages = api.metrics({ useCase: 'TFD' })
    const iterator = messages[Symbol.asyncIterator]()
    await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(server.connections.length, 0)
    assert.equal((await iterator.next()).done, false)
    await iterator.return?.()
  })

  it('leave the server on an early exit', async () => {
    const sources = [createSource(metrics(1)), createSource(metrics(1))] as const
    await using server = await openGraphServer((_, attempt) => sources[attempt - 1] ?? assert.fail())
    await using api = createClient({ url: server.url })
    for await (const _ of api.metrics({ useCase: 'TFD' })) break
    await sources[0].left
    await assert.rejects(async () => {
      for await (const _ of api.metrics({ useCase: 'TFD' })) throw new Error('Of the reader.')
    }, /Of the reader/)
    await sources[1].left
  })

  it('share one socket, which closes after the last', async () => {
    await using server = await openGraphServer(({ query }) =>
      query.includes('Outcomes')
        ? createSource({ data: { outcomes: { loss: 1 } } })
        : createSource(metrics(1)),
    )
    const idle = Promise.withResolvers<void>()
    const states: ConnectionState[] = []
    await using api = createClient({
      url: server.url,
      onConnection(state) {
        states.push(state)
        if (state === 'idle') idle.resolve()
      },
    })
    await Promise.all([take(api.metrics({ useCase: 'TFD' }), 1), take(api.outcomes({ useCase: 'TFD' }), 1)])
    await take(api.metrics({ useCase: 'ETA' }), 1)
    assert.equal(server.received.length, 3)
    assert.equal(server.connections.length, 1)
    await idle.promise
    while (server.open() > 0) await new Promise(resolve => setTimeout(resolve, 1))
    assert.deepEqual(states, ['connecting', 'open', 'idle'])
    await take(api.metrics({ useCase: 'ETA' }), 1)
    assert.equal(server.connections.length, 2)
  })

  it('end quietly when their signal aborts, and leave the server', async () => {
    const source = createSource(metrics(1))
    await using server = await openGraphServer(() => source)
    await using api = createClient({ url: server.url })
    const abort = new AbortController()
    let count = 0
    for await (const _ of api.metrics({ useCase: 'TFD' }, { signal: abort.signal })) {
      count++
      setTimeout(() => abort.abort(), 5)
    }
    assert.equal(count, 1)
    await source.left
    assert.deepEqual(await take(api.metrics({ useCase: 'TFD' }, { signal: abort.signal }), Infinity), [])
    assert.equal(server.received.length, 1)
  })

  it('throw what the server refuses, with its code', async () => {
    const refusal = new GraphQLError('No.', { extensions: { code: 'INVALID_CURSOR' } })
    await using server = await openGraphServer(() => refusal)
    await using api = createClient({ url: server.url, backoff: quick })
    await assert.rejects(takePredictions(api, 1), {
      name: 'RequestError',
      code: 'INVALID_CURSOR',
      message: 'No.',
      errors: [{ message: 'No.', extensions: { code: 'INVALID_CURSOR' } }],
    })
    assert.equal(server.received.length, 1)
  })

  it('throw when a message holds errors and no data', async () => {
    const errors = [{ message: 'No.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]
    const source = createSource(metrics(1), { data: null, errors })
    await using server = await openGraphServer(() => source)
    await using api = createClient({ url: server.url })
    await assert.rejects(take(api.metrics({ useCase: 'TFD' }), 2), { code: 'INTERNAL_SERVER_ERROR', errors })
    await source.left
  })

  it('tell what came besides the data', async () => {
    const errors = [{ message: 'No lag.', path: ['predictions', 'lag'] }]
    const extensions = { seq: 7, dropped: 3, gap: [{ partition: 0, from: 1, to: 5 }] }
    await using server = await openGraphServer(() => createSource({ ...prediction(1), errors, extensions }))
    await using api = createClient({ url: server.url })
    const [message = assert.fail()] = await takePredictions(api, 1)
    assert.deepEqual(extensionsOf(message), { ...extensions, errors })
    assert.deepEqual(message, prediction(1).data)
    assert.deepEqual(extensionsOf({}), {})
  })

  it('drop for a slow reader as the buffer says, and count it', async () => {
    const sent = [1, 2, 3, 4, 5].map(prediction)
    // Completing after the last message shows that all have arrived, although none but the first was asked for.
    for (const { buffer, expected } of [
      {
        buffer: { max: 2 },
        expected: [
          ['1', undefined],
          ['4', 2],
          ['5', undefined],
        ],
      },
      {
        buffer: { policy: 'latest' },
        expected: [
          ['1', undefined],
          ['5', 3],
        ],
      },
      { buffer: {}, expected: sent.map(({ data }) => [data.predictions.id, undefined]) },
    ] as const) {
      const idle = Promise.withResolvers<void>()
      await using server = await openGraphServer(() => {
        const source = createSource(...sent)
        source.end()
        return source
      })
      await using api = createClient({
        url: server.url,
        onConnection: state => state === 'idle' && idle.resolve(),
      })
      const got: unknown[] = []
      for await (const message of api.predictions({ useCase: 'TFD' }, { buffer })) {
        await idle.promise
        got.push([message.predictions.id, extensionsOf(message).dropped])
      }
      assert.deepEqual(got, expected)
    }
  })
})

describe('a client', () => {
  it('ends its iterations quietly when it is disposed of, and begins no new ones', async () => {
    const source = createSource(metrics(1))
    await using server = await openGraphServer(() => source)
    const api = createClient({ url: server.url })
    let count = 0
    for await (const _ of api.metrics({ useCase: 'TFD' })) {
      count++
      setTimeout(() => void api[Symbol.asyncDispose](), 5)
    }
    assert.equal(count, 1)
    await source.left
    await assert.rejects(take(api.metrics({ useCase: 'TFD' }), 1), { code: 'CLIENT_CLOSED' })
  })

  it('says CONNECTION_CLOSED where trying again is useless', async () => {
    await using server = await openGraphServer(() => createSource(), { connect: () => false })
    await using api = createClient({ url: server.url, backoff: quick })
    await assert.rejects(takePredictions(api, 1), {
      code: 'CONNECTION_CLOSED',
      status: 4403,
      message: /closed the connection with 4403 Forbidden\.$/,
      retryable: false,
    })
    assert.equal(server.connections.length, 1)
  })

  it('takes the WebSocket of another library', async () => {
    await using server = await openGraphServer(() => createSource(prediction(1)))
    await using api = createClient({ url: server.url, WebSocket: NodeWebSocket })
    assert.deepEqual(await takePredictions(api, 1), [prediction(1).data])
  })

  it('finds the server among its addresses that is there', async () => {
    const gone = await openGraphServer(() => createSource())
    await gone[Symbol.asyncDispose]()
    await using server = await openGraphServer(() => createSource(prediction(1)))
    await using api = createClient({ url: [gone.url, server.url], backoff: quick, retries: 1 })
    assert.deepEqual(await takePredictions(api, 1), [prediction(1).data])
  })

  it('says NETWORK_ERROR after `retries` where no server is', async () => {
    const { url } = await openGraphServer(() => createSource()).then(async server => {
      await server[Symbol.asyncDispose]()
      return server
    })
    await using api = createClient({ url, backoff: quick, retries: 1 })
    await assert.rejects(takePredictions(api, 1), {
      code: 'NETWORK_ERROR',
      message: /in 2 attempts/,
      retryable: true,
    })
  })

  it('passes on an error of the function that gives headers', async () => {
    await using server = await openGraphServer(() => createSource())
    const headers = () => Promise.reject(new Error('No token.'))
    await using api = createClient({ url: server.url, headers })
    await assert.rejects(takePredictions(api, 1), /No token/)
  })
})
