import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createHttpClient } from './create-http-client.ts'
import { json, openHttpServer } from './testing/http-server.ts'

const quick = { firstMs: 1, longestMs: 2 }
const unavailable = { errors: [{ message: 'Draining.', extensions: { code: 'SHUTTING_DOWN' } }] }

describe('HTTP client', () => {
  it('sends a document with variables and headers, and gives the data', async () => {
    await using server = await openHttpServer(response =>
      json(response, { data: { useCase: { id: 'TFD' } } }),
    )
    await using api = createHttpClient({ url: server.url, headers: { authorization: 'Bearer t' } })
    assert.deepEqual(await api.useCase({ id: 'TFD' }), { useCase: { id: 'TFD' } })
    const [{ headers, body } = assert.fail()] = server.received
    assert.match(body.query, /^query UseCase\(\$id:UseCaseId!/)
    assert.deepEqual(body.variables, { id: 'TFD' })
    assert.equal(headers.authorization, 'Bearer t')
    assert.equal(headers['content-type'], 'application/json')
  })

  it('asks a function for the headers of every attempt', async () => {
    await using server = await openHttpServer((response, attempt) =>
      attempt === 1 ? json(response, unavailable, 503) : json(response, { data: { services: [] } }),
    )
    let count = 0
    const headers = async () => ({ authorization: `token ${++count}` })
    await using api = createHttpClient({ url: server.url, headers, backoff: quick })
    await api.services()
    assert.deepEqual(
      server.received.map(({ headers: { authorization } }) => authorization),
      ['token 1', 'token 2'],
    )
  })

  it('moves on to the next of its addresses when one fails, and stays there', async () => {
    const answered: string[] = []
    const serve = (name: string, works: () => boolean) =>
      openHttpServer(response => {
        answered.push(name)
        if (works()) json(response, { data: { services: [] } })
        else json(response, unavailable, 503)
      })
    let isDraining = false
    await using first = await serve('first', () => !isDraining)
    await using second = await serve('second', () => true)
    await using api = createHttpClient({ url: [first.url, second.url], backoff: quick })
    await api.services()
    isDraining = true
    await Promise.all([api.services(), api.services()])
    await api.services()
    assert.deepEqual(answered.slice(0, 3), ['first', 'first', 'first'])
    assert.deepEqual(answered.slice(3), ['second', 'second', 'second'])
  })

  it('does not repeat a mutation elsewhere, but sends the next one there', async () => {
    await using first = await openHttpServer(response => json(response, unavailable, 503))
    await using second = await openHttpServer(response => json(response, { data: { a: 1 } }))
    await using api = createHttpClient({ url: [first.url, second.url], backoff: quick })
    await assert.rejects(api.mutate('mutation { a }'), { code: 'SHUTTING_DOWN' })
    assert.deepEqual(await api.mutate('mutation { a }'), { a: 1 })
  })

  it('takes documents of its user', async () => {
    await using server = await openHttpServer(response => json(response, { data: { x: 1 } }))
    await using api = createHttpClient({ url: server.url })
    assert.equal((await api.query<{ x: number }>('query($a:Int){x(a:$a)}', { a: 2 })).x, 1)
    assert.deepEqual(server.received[0]?.body, { query: 'query($a:Int){x(a:$a)}', variables: { a: 2 } })
  })

  it('gives code, status, all errors and partial data of a failure', async () => {
    const errors = [{ message: 'No.', extensions: { code: 'INVALID_ID' } }, { message: 'Nor that.' }]
    await using server = await openHttpServer(response =>
      json(response, { data: { prediction: null }, errors }),
    )
    await using api = createHttpClient({ url: server.url })
    await assert.rejects(api.prediction({ id: 'x' }), {
      name: 'RequestError',
      code: 'INVALID_ID',
      message: 'No.',
      status: 200,
      errors,
      data: { prediction: null },
      retryable: false,
    })
  })

  it('names an error without a code GRAPHQL_ERROR', async () => {
    await using server = await openHttpServer(response =>
      json(response, { errors: [{ message: 'No.' }] }, 400),
    )
    await using api = createHttpClient({ url: server.url })
    await assert.rejects(api.services(), { code: 'GRAPHQL_ERROR', status: 400 })
  })

  it('refuses an answer that is not GraphQL as BAD_RESPONSE', async () => {
    for (const [status, text] of [
      [200, '<h1>Welcome</h1>'],
      [200, 'null'],
      [404, '{}'],
    ] as const) {
      await using server = await openHttpServer(response => response.writeHead(status).end(text))
      await using api = createHttpClient({ url: server.url })
      await assert.rejects(api.services(), { code: 'BAD_RESPONSE', status, retryable: false })
      assert.equal(server.received.length, 1)
    }
  })

  it('repeats a query that failed for a moment, until it succeeds', async () => {
    await using server = await openHttpServer((response, attempt) => {
      if (attempt === 1) return response.writeHead(502).end('Bad gateway')
      if (attempt === 2) return response.destroy()
      return json(response, { data: { services: [] } })
    })
    await using api = createHttpClient({ url: server.url, backoff: quick })
    assert.deepEqual(await api.services(), { services: [] })
    assert.equal(server.received.length, 3)
  })

  it('repeats a query no more than `retries` times', async () => {
    await using server = await openHttpServer(response => json(response, unavailable, 503))
    await using api = createHttpClient({ url: server.url, retries: 3, backoff: quick })
    await assert.rejects(api.services(), { code: 'SHUTTING_DOWN', status: 503, retryable: true })
    assert.equal(server.received.length, 4)
  })

  it('never repeats a mutation', async () => {
    for (const fail of [
      (response: import('node:http').ServerResponse) => json(response, unavailable, 503),
      (response: import('node:http').ServerResponse) => response.destroy(),
    ]) {
      await using server = await openHttpServer(fail)
      await using api = createHttpClient({ url: server.url, backoff: quick })
      await assert.rejects(api.stopTraining({ useCase: 'TFD' }), { retryable: true })
      assert.equal(server.received.length, 1)
    }
  })

  it('gives TIMEOUT when no answer comes in time', async () => {
    await using server = await openHttpServer(() => {})
    await using api = createHttpClient({ url: server.url, timeoutMs: 40 })
    await assert.rejects(api.services(), { code: 'TIMEOUT', message: /within 40 ms\.$/, retryable: true })
    await assert.rejects(api.services({}, { timeoutMs: 20 }), { code: 'TIMEOUT', message: /within 20 ms\.$/ })
  })

  it('counts the waits between repetitions towards the timeout', async () => {
    await using server = await openHttpServer(response => json(response, unavailable, 503))
    const api = createHttpClient({
      url: server.url,
      timeoutMs: 60,
      backoff: { firstMs: 60_000, longestMs: 60_000 },
    })
    await assert.rejects(api.services(), { code: 'TIMEOUT' })
    assert.equal(server.received.length, 1)
  })

  it("rejects with the signal's reason when it is aborted", async () => {
    await using server = await openHttpServer(() => abort.abort(reason))
    await using api = createHttpClient({ url: server.url })
    const abort = new AbortController()
    const reason = new Error('Enough.')
    const { signal } = abort
    await assert.rejects(api.services({}, { signal }), reason)
    await assert.rejects(api.services({}, { signal }), reason)
    assert.equal(server.received.length, 1)
  })

  it('gives NETWORK_ERROR with the reason where no server is', async () => {
    const { url } = await openHttpServer(() => {}).then(async server => {
      await server[Symbol.asyncDispose]()
      return server
    })
    await using api = createHttpClient({ url, backoff: quick })
    await assert.rejects(api.services(), { code: 'NETWORK_ERROR', status: null, message: /ECONNREFUSED/ })
  })

  it('ends its requests with CLIENT_CLOSED when it is closed', async () => {
    await using server = await openHttpServer(() => void api[Symbol.asyncDispose]())
    const api = createHttpClient({ url: server.url })
    await assert.rejects(api.services(), { code: 'CLIENT_CLOSED' })
    await assert.rejects(api.services(), { code: 'CLIENT_CLOSED' })
    assert.equal(server.received.length, 1)
  })
})
