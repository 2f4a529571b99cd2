import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Counter, Registry } from 'prom-client'
import { WebSocket } from 'ws'
import { createRequestSigner, createRequestVerifier } from '../request-signature.ts'
import { serveProbes } from './probes.ts'
import { serveSubgraph } from './serve-subgraph.ts'
import { createCounter, createCounts } from './test-counter.ts'

const SECRET = 'a secret of the test'
const sign = createRequestSigner({ secret: SECRET })
const verifier = () => createRequestVerifier({ secrets: [SECRET] })
const path = '/graphql'

async function post(url: string, query: string, { headers = {}, signed = true } = {}) {
  const body = JSON.stringify({ query })
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      ...(signed && sign({ method: 'POST', path, body })),
      ...headers,
    },
  })
  const result = (await response.json()) as {
    data?: unknown
    errors?: { message: string; extensions: { code: string } }[]
  }
  const [error] = result.errors ?? []
  return {
    status: response.status,
    headers: response.headers,
    data: result.data,
    error,
    code: error?.extensions.code,
  }
}

/** The status of an upgrade: 101, or that of its refusal. */
async function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers })
  const result = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
  ])
  socket.on('error', () => undefined)
  socket.terminate()
  return result
}

describe('a served subgraph', () => {
  it('answers signed requests, and refuses all others with 403, lookups of entities among them', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0, verifier: verifier() })
    const lookup = '{ _entities(representations: [{ __typename: "Thing", id: 7 }]) { ... on Thing { id } } }'
    assert.deepEqual((await post(served.url, lookup)).data, { _entities: [{ id: '7' }] })
    for (const query of [lookup, '{ count }', '{ __typename }', '{ nonsense', 'mutation { add }']) {
      const { status, code, data } = await post(served.url, query, { signed: false })
      assert.deepEqual([status, code, data], [403, 'FORBIDDEN', undefined])
    }
    const raw = await fetch(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    assert.equal(raw.status, 403, 'what is not signed is not even parsed')
  })

  it('carries a mutation out once, however often its request comes', async () => {
    const subgraph = createCounter()
    await using served = await serveSubgraph({ subgraph, port: 0, verifier: verifier() })
    const body = JSON.stringify({ query: 'mutation { add }' })
    const headers = { 'content-type': 'application/json', ...sign({ method: 'POST', path, body }) }
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(served.url, { method: 'POST', body, headers })).status),
    )
    assert.deepEqual(statuses.sort(), [200, 403, 403])
    assert.equal(subgraph.counts.length, 1)
    assert.equal((await post(served.url, 'mutation { add }')).status, 200)
  })

  it('opens a websocket for a signed upgrade once', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0, verifier: verifier() })
    const headers = sign({ method: 'GET', path })
    assert.equal(await upgrade(served.url, headers), 101)
    assert.equal(await upgrade(served.url, headers), 403)
    assert.equal(await upgrade(served.url, {}), 403)
    assert.equal(await upgrade(served.url, sign({ method: 'POST', path })), 403)
    assert.equal(
      await upgrade(served.url, { ...sign({ method: 'GET', path }), origin: 'http://a.example' }),
      403,
    )
  })

  it('names its version, and refuses one that is too far away', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0 })
    const { status, headers } = await post(served.url, '{ count }', { headers: { 'x-coelho-internal': '2' } })
    assert.deepEqual([status, headers.get('x-coelho-internal')], [200, '1'])
    const far = await post(served.url, '{ count }', { headers: { 'x-coelho-internal': '3' } })
    assert.deepEqual([far.status, far.code], [400, 'SUBGRAPH_VERSION_MISMATCH'])
    assert.equal(await upgrade(served.url, { 'x-coelho-internal': '2' }), 101)
    assert.equal(await upgrade(served.url, { 'x-coelho-internal': '3' }), 400)
  })

  it('answers probes without a signature, and says when it can not serve', async () => {
    const registry = new Registry()
    new Counter({ name: 'things_total', help: 'Things.', registers: [registry] })
    let ready = false
    const readiness = () => Promise.resolve({ ready, checks: { log: ready ? 'ok' : 'away' } })
    await using served = await serveSubgraph({
      subgraph: createCounter(),
      port: 0,
      verifier: verifier(),
      probes: { readiness, metrics: registry, facts: () => ({ things: 3 }) },
    })
    const get = async (name: string) => {
      const response = await fetch(new URL(name, served.url))
      return { status: response.status, text: await response.text() }
    }
    assert.equal((await get('/livez')).status, 200)
    assert.deepEqual(await get('/readyz'), { status: 503, text: '{"ready":false,"checks":{"log":"away"}}' })
    ready = true
    assert.equal((await get('/readyz?verbose')).status, 200)
    assert.match((await get('/healthz')).text, /"status":"ready".*"things":3/)
    assert.match((await get('/metrics')).text, /^# HELP things_total/)
    assert.equal((await get('/else')).status, 404)
  })

  it('has probes at a port of their own, too', async () => {
    await using probes = await serveProbes({ port: 0, readiness: () => Promise.reject(new Error('No log.')) })
    const url = `http://127.0.0.1:${probes.port}`
    assert.equal((await fetch(`${url}/livez`)).status, 200)
    const ready = await fetch(`${url}/readyz`)
    assert.deepEqual(
      [ready.status, await ready.json()],
      [503, { ready: false, checks: { error: 'No log.' } }],
    )
    assert.equal((await fetch(`${url}/metrics`)).status, 404)
    await assert.rejects(serveProbes({ port: probes.port }), { code: 'PORT_IN_USE' })
  })

  it('listens beyond this machine only with a secret or certificates', async () => {
    const subgraph = createCounter()
    await assert.rejects(serveSubgraph({ subgraph, host: '0.0.0.0', port: 0 }), {
      code: 'AUTHENTICATION_REQUIRED',
      message: /SUBGRAPH_SECRET.*SUBGRAPH_TLS_CERT/,
    })
    await using served = await serveSubgraph({ subgraph, host: '0.0.0.0', port: 0, verifier: verifier() })
    assert.equal((await post(`http://127.0.0.1:${served.port}${path}`, '{ count }')).status, 200)
    await assert.rejects(serveSubgraph({ subgraph, port: served.port }), { code: 'PORT_IN_USE' })
  })

  it('gives the trace of a request to its context, and none that is invalid', async () => {
    const traces: unknown[] = []
    const subgraph = createCounter({ onRequest: ({ trace }) => traces.push(trace) })
    await using served = await serveSubgraph({ subgraph, port: 0 })
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await post(served.url, '{ count }', { headers: { traceparent, tracestate: 'a=1' } })
    await post(served.url, '{ count }', { headers: { traceparent: `${traceparent}0` } })
    assert.deepEqual(traces, [
      { traceId: traceparent.slice(3, 35), spanId: traceparent.slice(36, 52), sampled: true, state: 'a=1' },
      undefined,
    ])
  })
})

describe('a subgraph that drains', () => {
  it('finishes what runs, refuses what is new with 503, and closes websockets with 1012', async () => {
    const started = Promise.withResolvers<void>()
    const subgraph = createCounter({ onRequest: () => started.resolve() })
    await using served = await serveSubgraph({ subgraph, port: 0 })
    const socket = new WebSocket(served.url.replace('http', 'ws'), 'graphql-transport-ws')
    await once(socket, 'open')
    const running = post(served.url, '{ held }')
    await started.promise
    const closed = once(socket, 'close')
    const closing = served.close({ drainMs: 30_000 })
    const refused = await post(served.url, '{ count }')
    assert.deepEqual([refused.status, refused.code], [503, 'SHUTTING_DOWN'])
    assert.equal(refused.headers.get('connection'), 'close')
    assert.equal(await upgrade(served.url, {}), 503)
    assert.equal((await fetch(new URL('/readyz', served.url))).status, 503)
    assert.equal((await closed)[0], 1012)
    subgraph.counts.append()
    assert.deepEqual((await running).data, { held: 'done' })
    await closing
    await assert.rejects(post(served.url, '{ count }'))
  })

  it('cuts what takes longer than it may', async () => {
    const started = Promise.withResolvers<void>()
    const subgraph = createCounter({ onRequest: () => started.resolve() })
    await using served = await serveSubgraph({ subgraph, port: 0 })
    const running = assert.rejects(post(served.url, '{ held }'))
    await started.promise
    await served.close({ drainMs: 50 })
    await running
  })

  it('ends the sources of its streams', async () => {
    const counts = createCounts()
    let ended: Promise<unknown> | undefined
    const subgraph = createCounter({
      counts,
      onRequest({ signal }) {
        if (signal) ended ??= once(signal, 'abort')
      },
    })
    await using served = await serveSubgraph({ subgraph, port: 0 })
    const socket = new WebSocket(served.url.replace('http', 'ws'), 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await once(socket, 'message')
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { total }' } }))
    const [first] = await once(socket, 'message')
    assert.match(String(first), /"total":0/)
    await served.close()
    await ended
  })
})
