import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createClient } from '#sdk/index.ts'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { codeOf, rawRequest } from './raw-request.ts'
import { startFixture } from './start-fixture.ts'

const TOKEN = 't'.repeat(32)
const PREVIOUS = 'p'.repeat(32)
const bearer = { authorization: `Bearer ${TOKEN}` }
const query = { method: 'POST', body: JSON.stringify({ query: '{ reviewCount }' }) }
const json = { 'content-type': 'application/json' }

const protectedFixture = () =>
  startFixture({ accessTokens: [TOKEN, PREVIOUS], host: '0.0.0.0', probePort: 0 })

describe('a gateway with access tokens', () => {
  it('serves any address and host name, to those who give a token', async () => {
    await using started = await protectedFixture()
    const endpoint = `http://127.0.0.1:${started.gateway.port}/graphql`
    for (const authorization of [
      `Bearer ${TOKEN}`,
      `Bearer ${PREVIOUS}`,
      `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`,
    ]) {
      const headers = { ...json, authorization, host: 'graph.example:4000' }
      const answer = await rawRequest(endpoint, { ...query, headers })
      assert.equal(answer.text, '{"data":{"reviewCount":6}}')
    }
    const foreign = { ...json, ...bearer, host: 'graph.example', origin: 'https://evil.example' }
    assert.equal(
      codeOf((await rawRequest(endpoint, { ...query, headers: foreign })).text),
      'FORBIDDEN_ORIGIN',
    )
  })

  it('answers nobody else, on every path but the two that balancers ask', async () => {
    await using started = await protectedFixture()
    const url = `http://127.0.0.1:${started.gateway.port}`
    for (const path of ['/graphql', '/', '/metrics', '/healthz', '/ruru-static/ruru.js', '/nowhere']) {
      for (const headers of [{}, { authorization: `Bearer ${TOKEN}x` }, { authorization: 'nonsense' }]) {
        const refused = await rawRequest(url + path, { headers })
        assert.deepEqual([refused.status, codeOf(refused.text)], [401, 'UNAUTHENTICATED'], path)
        assert.equal(refused.headers['www-authenticate'], 'Bearer')
      }
    }
    const page = await rawRequest(`${url}/graphql`, { headers: { accept: 'text/html' } })
    assert.deepEqual([page.status, page.headers['www-authenticate']], [401, 'Basic realm="COELHO RealTime"'])
    for (const path of ['/livez', '/readyz']) assert.equal((await rawRequest(url + path, {})).status, 200)
    const body = await rawRequest(`${url}/graphql`, { ...query, headers: json })
    assert.deepEqual([body.status, codeOf(body.text)], [401, 'UNAUTHENTICATED'])
  })

  it('answers probes and metrics without one, on a port of their own that knows nothing else', async () => {
    await using started = await protectedFixture()
    const url = `http://127.0.0.1:${started.gateway.probePort}`
    for (const path of ['/livez', '/readyz', '/healthz', '/metrics']) {
      const headers = { host: 'pod.example' }
      assert.equal((await rawRequest(url + path, { headers })).status, 200, path)
    }
    assert.match((await rawRequest(`${url}/metrics`, {})).text, /coelho_gateway_requests_total/)
    for (const path of ['/', '/graphql']) {
      assert.deepEqual(codeOf((await rawRequest(url + path, { headers: bearer })).text), 'NOT_FOUND', path)
    }
  })

  it('opens websockets to those who bring a token in a header or in their first message', async () => {
    await using started = await protectedFixture()
    const url = `ws://127.0.0.1:${started.gateway.port}/graphql`
    const ask = async (
      headers: Record<string, string>,
      connectionParams?: Record<string, unknown>,
    ): Promise<unknown> => {
      class Socket extends WebSocket {
        constructor(address: string, protocols: string[]) {
          super(address, protocols, { headers })
        }
      }
      const client = createSocketClient({
        url,
        webSocketImpl: Socket,
        retryAttempts: 0,
        ...(connectionParams && { connectionParams }),
      })
      try {
        for await (const { data } of client.iterate({ query: '{ reviewCount }' })) return data
      } catch (error) {
        const { code, message } = error as { code?: number; message: string }
        return code ?? /Unexpected server response: (\d+)/.exec(message)?.[1]
      } finally {
        await client.dispose()
      }
      return undefined
    }
    const answered = { reviewCount: 6 }
    assert.deepEqual(await ask(bearer), answered)
    assert.deepEqual(await ask({}, bearer), answered)
    assert.equal(await ask({}), 4403)
    assert.equal(await ask({}, { authorization: 'Bearer wrong' }), 4403)
    assert.equal(await ask({ authorization: 'Bearer wrong' }, bearer), '401')
  })

  it('is used by the typed client with one option, and tells it what is missing', async () => {
    await using started = await protectedFixture()
    const url = `http://127.0.0.1:${started.gateway.port}/graphql`
    await using open = createClient({ url, headers: bearer })
    await using closed = createClient({ url })
    await assert.rejects(closed.services({}), { code: 'UNAUTHENTICATED', status: 401 })
    // The fixture's graph knows other fields than ours, and says so to those who may ask.
    await assert.rejects(open.services({}), { code: 'GRAPHQL_VALIDATION_FAILED' })
  })

  it('closes its probes with the rest, and frees everything when their port is taken', async () => {
    const started = await protectedFixture()
    const { probePort } = started.gateway
    await started.gateway.close()
    await assert.rejects(rawRequest(`http://127.0.0.1:${probePort}/livez`, {}), { code: 'ECONNREFUSED' })
    await using other = await protectedFixture()
    const taken = other.gateway.probePort ?? assert.fail()
    await assert.rejects(startFixture({ accessTokens: [TOKEN], host: '0.0.0.0', probePort: taken }), {
      extensions: { code: 'PORT_IN_USE' },
    })
  })
})
