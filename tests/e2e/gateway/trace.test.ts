import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { listen, startFixture, until } from './start-fixture.ts'
import { createRecorder } from './trace-recorder.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
const other = traceparent.replace('4bf9', 'aaaa')
const JOINED = '{ products { name rating inStock } }'

for (const remote of [false, true]) {
  describe(`a trace, subgraphs ${remote ? 'behind HTTP' : 'in process'}`, () => {
    it('of an HTTP request reaches every subgraph, each under a span of its own', async () => {
      const recorder = createRecorder()
      await using started = await startFixture({ remote, wrap: recorder.wrap })
      const response = await fetch(started.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent, tracestate: 'a=1' },
        body: JSON.stringify({ query: JOINED }),
      })
      assert.equal(response.status, 200)
      const seen = recorder.take()
      assert.deepEqual(Object.keys(seen).sort(), ['products', 'reviews', 'stock'])
      const all = Object.values(seen).flat()
      for (const trace of all)
        assert.deepEqual([trace?.traceId, trace?.sampled, trace?.state], [TRACE, true, 'a=1'])
      assert.equal(new Set([...all.map(trace => trace?.spanId), '00f067aa0ba902b7']).size, all.length + 1)
    })

    it('is begun where there is none, or none that is valid', async () => {
      const recorder = createRecorder()
      await using started = await startFixture({ remote, wrap: recorder.wrap })
      const ids = new Set<string | undefined>()
      for (const given of [undefined, 'nonsense', traceparent.toUpperCase(), `${traceparent}-x`]) {
        await fetch(started.endpoint, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(given && { traceparent: given }),
            tracestate: 'a=1',
          },
          body: JSON.stringify({ query: JOINED }),
        })
        const all = Object.values(recorder.take()).flat()
        const own = new Set(all.map(trace => trace?.traceId))
        assert.equal(own.size, 1, 'one trace for one operation')
        for (const trace of all) assert.equal(trace?.state, undefined)
        for (const id of own) ids.add(id)
      }
      assert.equal(ids.size, 4)
      assert.ok(![...ids].includes(TRACE) && ![...ids].includes(undefined))
    })

    it('of a websocket is that of its connection, unless an operation brings its own', async () => {
      const recorder = createRecorder()
      await using started = await startFixture({ remote, wrap: recorder.wrap })
      const client = createClient({
        url: started.socketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { traceparent },
      })
      const idsOf = () => [
        ...new Set(Object.values(recorder.take()).flatMap(each => each.map(t => t?.traceId))),
      ]
      const ask = async (extensions?: Record<string, unknown>) => {
        const results = client.iterate({
          query: '{ product(id: 1) { rating } }',
          ...(extensions && { extensions }),
        })
        await results.next()
        return idsOf()
      }
      assert.deepEqual(await ask(), [TRACE])
      assert.deepEqual(await ask({ traceparent: other }), [other.slice(3, 35)])
      assert.deepEqual(await ask({ traceparent: 'nonsense' }), [TRACE])
      const stream = client.iterate({
        query: 'subscription { priceChanged { product { rating } } }',
        extensions: { traceparent: other },
      })
      const message = stream.next()
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      started.fixture.prices.publish({ id: '1', cents: 1 })
      await message
      assert.deepEqual(idsOf(), [other.slice(3, 35)])
      await client.dispose()
    })

    it('of an event goes to its clients and to the subgraphs that join it', async () => {
      const recorder = createRecorder()
      await using started = await startFixture({ remote, wrap: recorder.wrap })
      const stream = listen(started.client(), 'subscription { priceChanged { product { rating } } }')
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      recorder.take()
      started.fixture.prices.publish({ id: '1', cents: 1, extensions: { seq: 1, traceparent } })
      assert.deepEqual((await stream.next()).extensions, { seq: 1, traceparent })
      assert.deepEqual(
        recorder.take()['reviews']?.map(trace => trace?.traceId),
        [TRACE],
      )
    })

    it('is named in the log beside an unexpected failure', async () => {
      await using started = await startFixture({ remote })
      const headers = { 'content-type': 'application/json', traceparent }
      const body = JSON.stringify({ query: '{ broken }' })
      await fetch(started.endpoint, { method: 'POST', headers, body })
      const client = started.client()
      await client.iterate({ query: '{ broken }', extensions: { traceparent: other } }).next()
      assert.deepEqual(
        started.logged.map(({ fields }) => fields?.['traceId']),
        [TRACE, other.slice(3, 35)],
      )
    })
  })
}
