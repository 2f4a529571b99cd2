import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GraphQLError } from 'graphql'
import { createClient, type Client } from './create-client.ts'
import { openGraphServer } from './testing/graph-server.ts'
import { createSource } from './testing/source.ts'
import { take } from './testing/take.ts'

const quick = { firstMs: 2, longestMs: 10 }
const prediction = (n: number) => ({ data: { predictions: { id: String(n), cursor: `c${n}` } } })
const metrics = (n: number) => ({ data: { metrics: { predictions: n } } })
const draining = new GraphQLError('Draining.', { extensions: { code: 'SHUTTING_DOWN' } })

const idsOf = (messages: Awaited<ReturnType<typeof takePredictions>>) =>
  messages.map(each => each.predictions.id)
const takePredictions = (api: Client, count: number) => take(api.predictions({ useCase: 'TFD' }), count)

describe('a lost connection', () => {
  it('is made anew, and predictions neither miss nor repeat a message', async () => {
    const log = Array.from({ length: 12 }, (_, n) => prediction(n + 1))
    await using server = await openGraphServer(({ variables: { resumeFrom } }) => {
      const from = resumeFrom === undefined ? 0 : Number(String(resumeFrom).slice(1))
      const source = createSource(...log.slice(from, from + 4))
      if (from + 4 < log.length) setTimeout(server.cut, 15)
      return source
    })
    await using api = createClient({ url: server.url, backoff: quick })
    const messages = await takePredictions(api, 12)
    assert.deepEqual(
      idsOf(messages),
      log.map(each => each.data.predictions.id),
    )
    assert.deepEqual(
      server.received.map(({ variables }) => variables['resumeFrom']),
      [undefined, 'c4', 'c8'],
    )
  })

  it('goes on from the last message that arrived, taken or not', async () => {
    const { promise: resumed, resolve } = Promise.withResolvers<unknown>()
    await using server = await openGraphServer(({ variables }, attempt) => {
      if (attempt === 1) {
        setTimeout(server.cut, 15)
        return createSource(prediction(1), prediction(2), prediction(3))
      }
      resolve(variables['resumeFrom'])
      return createSource(prediction(4))
    })
    await using api = createClient({ url: server.url, backoff: quick })
    const iterator = api.predictions({ useCase: 'TFD', resumeFrom: 'c0' })[Symbol.asyncIterator]()
    const ids: string[] = []
    const step = async () => {
      const { value } = await iterator.next()
      ids.push(value?.predictions.id ?? assert.fail())
    }
    await step()
    assert.equal(await resumed, 'c3')
    for (let i = 0; i < 3; i++) await step()
    assert.deepEqual(ids, ['1', '2', '3', '4'])
    assert.equal(server.received[0]?.variables['resumeFrom'], 'c0')
    await iterator.return?.()
  })

  it('begins at the present where only the latest message counts, or resuming is declined', async () => {
    for (const options of [{ buffer: { policy: 'latest' } }, { resume: false }] as const) {
      await using server = await openGraphServer((_, attempt) => {
        if (attempt === 1) setTimeout(server.cut, 15)
        return createSource(prediction(attempt))
      })
      await using api = createClient({ url: server.url, backoff: quick })
      await take(api.predictions({ useCase: 'TFD' }, options), 2)
      assert.equal(server.received[1]?.variables['resumeFrom'], undefined)
    }
  })

  it('is made anew at the next address, from the cursor that came beside the data', async () => {
    const message = (n: number) => ({
      data: { predictions: { id: String(n) } },
      extensions: { cursor: `c${n}` },
    })
    await using first = await openGraphServer(() => {
      setTimeout(first.cut, 15)
      return createSource(message(1), message(2))
    })
    await using second = await openGraphServer(() => createSource(message(3)))
    await using api = createClient({ url: [first.url, second.url], backoff: quick })
    const document = 'subscription ($resumeFrom: String) { predictions(resumeFrom: $resumeFrom) { id } }'
    const messages = await take(api.subscribe<{ predictions: { id: string } }>(document), 3)
    assert.deepEqual(
      messages.map(each => each.predictions.id),
      ['1', '2', '3'],
    )
    assert.deepEqual(
      [first, second].map(({ received }) => received.map(({ variables }) => variables['resumeFrom'])),
      [[undefined], ['c2']],
    )
  })

  it('is made anew for all its subscriptions', async () => {
    await using server = await openGraphServer((_, attempt) => {
      if (attempt === 2) setTimeout(server.cut, 15)
      return createSource(metrics(attempt))
    })
    await using api = createClient({ url: server.url, backoff: quick })
    const [tfd, eta] = await Promise.all([
      take(api.metrics({ useCase: 'TFD' }), 2),
      take(api.metrics({ useCase: 'ETA' }), 2),
    ])
    assert.deepEqual([tfd.length, eta.length], [2, 2])
    assert.equal(server.connections.length, 2)
    assert.equal(server.received.length, 4)
  })

  it('is awaited for as long as it takes once it has been there', async () => {
    const first = await openGraphServer(() => createSource(prediction(1)))
    const { promise: waited, resolve } = Promise.withResolvers<void>()
    let waits = 0
    await using api = createClient({
      url: first.url,
      backoff: quick,
      retries: 0,
      onConnection(state) {
        if (state === 'waiting' && ++waits === 5) resolve()
      },
    })
    const messages = takePredictions(api, 2)
    while (first.received.length === 0) await new Promise(resolve => setTimeout(resolve, 2))
    await new Promise(resolve => setTimeout(resolve, 15))
    await first[Symbol.asyncDispose]()
    await waited
    await using second = await openGraphServer(() => createSource(prediction(2)), { port: first.port })
    assert.deepEqual(idsOf(await messages), ['1', '2'])
    assert.equal(second.received[0]?.variables['resumeFrom'], 'c1')
  })
})

describe('a server that refuses for a moment', () => {
  it('is asked again, from the last cursor', async () => {
    await using server = await openGraphServer((_, attempt) => {
      const source = createSource(prediction(attempt))
      if (attempt === 1) source.push({ data: null, errors: [draining], extensions: { interrupted: true } })
      return attempt === 2 || attempt === 3 ? draining : source
    })
    await using api = createClient({ url: server.url, backoff: quick, retries: 0 })
    assert.deepEqual(idsOf(await takePredictions(api, 2)), ['1', '4'])
    assert.equal(server.connections.length, 1)
    assert.deepEqual(
      server.received.map(({ variables }) => variables['resumeFrom']),
      [undefined, 'c1', 'c1', 'c1'],
    )
  })

  it('is asked `retries` times more before the first message', async () => {
    await using server = await openGraphServer(() => draining)
    await using api = createClient({ url: server.url, backoff: quick, retries: 2 })
    await assert.rejects(takePredictions(api, 1), { code: 'SHUTTING_DOWN', retryable: true })
    assert.equal(server.received.length, 3)
  })
})
