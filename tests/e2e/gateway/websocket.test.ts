import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSocket, refusal } from './raw-socket.ts'
import { startFixture, until } from './start-fixture.ts'

const PRICES = 'subscription { priceChanged { cents } }'
const codesOf = (message: Record<string, unknown>) =>
  (message.payload as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)

describe('the websocket endpoint', () => {
  it('closes with the codes of the protocol on what is no message of it, and serves others on', async () => {
    await using started = await startFixture()
    const other = await openSocket(started.socketUrl)
    other.send({ type: 'subscribe', id: '1', payload: { query: PRICES } })
    await until(() => started.fixture.prices.listeners === 1, 'the other client subscribed')
    const malformed = [
      'not json',
      '[]',
      '{}',
      '{"type":"unheard"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":"","payload":{"query":"{a}"}}',
      '{"type":"subscribe","id":"1","payload":{"query":{}}}',
      '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}',
      Buffer.from([0, 255, 254]),
    ]
    for (const frame of malformed) {
      const socket = await openSocket(started.socketUrl)
      socket.send(frame)
      assert.equal((await socket.closed).code, 4400, String(frame))
    }
    const early = await openSocket(started.socketUrl, { init: false })
    early.send({ type: 'subscribe', id: '1', payload: { query: PRICES } })
    assert.equal((await early.closed).code, 4401)
    const twice = await openSocket(started.socketUrl)
    twice.send({ type: 'connection_init' })
    assert.equal((await twice.closed).code, 4429)
    const same = await openSocket(started.socketUrl)
    for (let i = 0; i < 2; i++) same.send({ type: 'subscribe', id: 'x', payload: { query: PRICES } })
    assert.equal((await same.closed).code, 4409)
    const foreign = await openSocket(started.socketUrl, { protocol: '', init: false })
    assert.equal((await foreign.closed).code, 4406)
    started.fixture.prices.publish({ id: '1', cents: 1 })
    assert.equal((await other.next()).type, 'next')
    other.socket.close()
  })

  it('closes with 1009 on a message beyond the limit', async () => {
    await using started = await startFixture()
    const socket = await openSocket(started.socketUrl)
    socket.send({ type: 'ping', payload: { filler: 'x'.repeat(10_000_000) } })
    assert.equal((await socket.closed).code, 1009)
    assert.equal((await started.post('{ reviewCount }')).status, 200)
  })

  it('answers operations that cannot run with an error message and its code, and stays open', async () => {
    await using started = await startFixture()
    const socket = await openSocket(started.socketUrl)
    const cases = [
      ['subscription {', 'GRAPHQL_PARSE_FAILED'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { priceChanged { cents } refused }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription ($id: ID!) { priceChanged(id: $id) { cents } }', 'BAD_USER_INPUT'],
      ['subscription A { refused } subscription B { refused }', 'OPERATION_RESOLUTION_FAILURE'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      [`{ ${'reviewCount '.repeat(20_000)} }`, 'GRAPHQL_PARSE_FAILED'],
    ] as const
    for (const [index, [query, code]] of cases.entries()) {
      socket.send({ type: 'subscribe', id: String(index), payload: { query } })
      const message = await socket.next()
      assert.deepEqual([message.type, message.id, codesOf(message)[0]], ['error', String(index), code])
    }
    socket.send({ type: 'ping' })
    assert.deepEqual(await socket.next(), { type: 'pong' })
    socket.socket.close()
  })

  it('refuses a websocket from a page of another site, under a foreign host or at another path', async () => {
    await using started = await startFixture()
    const origin = await refusal(started.socketUrl, { headers: { origin: 'https://evil.example' } })
    assert.equal(origin.status, 403)
    assert.match(origin.body, /FORBIDDEN_ORIGIN/)
    const host = await refusal(started.socketUrl, { headers: { host: 'evil.example' } })
    assert.equal(host.status, 403)
    assert.match(host.body, /FORBIDDEN_HOST/)
    assert.equal((await refusal(started.socketUrl.replace('/graphql', '/other'))).status, 404)
    const own = await openSocket(started.socketUrl, { headers: { origin: started.gateway.url } })
    own.socket.close()
  })

  it('limits the subscriptions of a connection, and frees their places', async () => {
    await using started = await startFixture({ limits: { subscriptionsPerConnection: 2 } })
    const socket = await openSocket(started.socketUrl)
    const subscribe = (id: string) => socket.send({ type: 'subscribe', id, payload: { query: PRICES } })
    for (const id of ['a', 'b', 'c']) subscribe(id)
    const refused = await socket.next()
    assert.deepEqual([refused.type, refused.id, codesOf(refused)], ['error', 'c', ['TOO_MANY_SUBSCRIPTIONS']])
    socket.send({ type: 'complete', id: 'a' })
    subscribe('d')
    const active = () => started.metric('coelho_gateway_client_subscriptions', 'transport="websocket"')
    await until(async () => (await active()) === 2, 'the fourth took the place of the first')
    socket.socket.close()
  })

  it('limits the connections in total', async () => {
    await using started = await startFixture({ limits: { connections: 2 } })
    const open = [await openSocket(started.socketUrl), await openSocket(started.socketUrl)]
    const third = await refusal(started.socketUrl)
    assert.equal(third.status, 503)
    assert.match(third.body, /TOO_MANY_CONNECTIONS/)
    for (const { socket } of open) socket.close()
  })

  it('refuses with 4403 whom contextFor refuses', async () => {
    await using started = await startFixture({
      contextFor({ connectionParams }) {
        if (connectionParams?.token === 'secret') return { fingerprint: 'known' }
        throw new Error('A token was wanted.')
      },
    })
    const guess = await openSocket(started.socketUrl, { init: false })
    guess.send({ type: 'connection_init', payload: { token: 'guess' } })
    assert.equal((await guess.closed).code, 4403)
    const known = await openSocket(started.socketUrl, { init: false })
    known.send({ type: 'connection_init', payload: { token: 'secret' } })
    assert.deepEqual(await known.next(), { type: 'connection_ack' })
    known.socket.close()
  })

  it('sends heartbeats, and cuts a client that does not answer them', async () => {
    await using started = await startFixture({ limits: { heartbeatMs: 30 } })
    const silent = await openSocket(started.socketUrl, { autoPong: false })
    silent.send({ type: 'subscribe', id: '1', payload: { query: PRICES } })
    const alive = await openSocket(started.socketUrl)
    let pings = 0
    alive.socket.on('ping', () => pings++)
    assert.equal((await silent.closed).code, 1006)
    await until(
      () => pings >= 3 && started.fixture.prices.listeners === 0,
      'three heartbeats came, and the stream ended',
    )
    assert.equal(alive.socket.readyState, alive.socket.OPEN)
    alive.socket.close()
  })

  it('closes with 1001 when it shuts down, completes event streams, and lets requests finish', async () => {
    const started = await startFixture()
    const socket = await openSocket(started.socketUrl)
    socket.send({ type: 'subscribe', id: '1', payload: { query: PRICES } })
    const headers = { 'content-type': 'application/json' }
    const streamed = await fetch(started.endpoint, {
      method: 'POST',
      headers: { ...headers, accept: 'text/event-stream' },
      body: JSON.stringify({ query: PRICES }),
    })
    const slow = started.post('{ slow(ms: 150) }')
    await until(() => started.fixture.prices.listeners === 1, 'both subscribed')
    await new Promise(resolve => setTimeout(resolve, 30))
    const closing = started.gateway.close({ drainMs: 2000 })
    assert.deepEqual(await socket.closed, { code: 1001, reason: 'Going away' })
    assert.match(await streamed.text(), /event: complete\ndata:\n\n$/)
    assert.deepEqual((await slow).body, { data: { slow: 'done' } })
    await closing
    assert.equal(started.fixture.prices.listeners, 0)
    await assert.rejects(started.post('{ reviewCount }'))
    await started[Symbol.asyncDispose]()
  })
})
