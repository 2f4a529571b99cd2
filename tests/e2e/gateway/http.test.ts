import assert from 'node:assert/strict'
import { createServer, request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { GraphQLError, buildClientSchema, getIntrospectionQuery, isInputObjectType } from 'graphql'
import type { IntrospectionQuery } from 'graphql'
import { createGateway } from '#gateway/create-gateway.ts'
import { Registry } from 'prom-client'
import { createFixture } from './fixtures.ts'
import { startFixture } from './start-fixture.ts'

/** A request with headers that fetch does not let anyone set. */
function raw(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string },
) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const request = httpRequest(url, { method, headers }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      })
      request.on('error', reject).end(body)
    },
  )
}

const codeOf = (text: string) => JSON.parse(text).errors[0].extensions.code
const json = { 'content-type': 'application/json' }

for (const remote of [false, true]) {
  describe(`GraphQL over HTTP, subgraphs ${remote ? 'behind HTTP' : 'in process'}`, () => {
    it('answers a query that spans three subgraphs', async () => {
      await using started = await startFixture({ remote })
      const { status, body } = await started.post(
        'query ($id: ID!) { product(id: $id) { name rating inStock author { country } } }',
        { id: 1 },
      )
      assert.equal(status, 200)
      assert.deepEqual(body, {
        data: {
          product: { name: 'Product 1', rating: 1.5, inStock: 10, author: { country: 'land of author-1' } },
        },
      })
    })

    it('passes the code of an error thrown in a subgraph, and names the subgraph', async () => {
      await using started = await startFixture({ remote })
      const { body } = await started.post('{ coded products { id failing } }')
      assert.deepEqual(body.errors?.[0], {
        message: 'Product 9 was given; 1 to 3 were wanted.',
        path: ['coded'],
        extensions: { code: 'UNKNOWN_PRODUCT', serviceName: 'products' },
      })
      assert.deepEqual(
        body.errors?.slice(1).map(({ path }) => path),
        [0, 1, 2].map(i => ['products', i, 'failing']),
      )
    })

    it('hides an unforeseen error behind an id, under which the log knows it', async () => {
      await using started = await startFixture({ remote })
      const { body } = await started.post('{ broken }')
      const [error] = body.errors ?? []
      assert.equal(error?.extensions?.code, 'INTERNAL_SERVER_ERROR')
      assert.deepEqual(error?.path, ['broken'])
      assert.doesNotMatch(JSON.stringify(body), /swordfish|node_modules|stack/)
      const line = started.logged.find(({ fields }) => fields?.id === error?.extensions?.id)
      assert.match(JSON.stringify(line), /swordfish/)
    })

    it('answers BAD_USER_INPUT for a variable or argument that does not fit', async () => {
      await using started = await startFixture({ remote })
      const missing = await started.post('query ($id: ID!) { product(id: $id) { id } }')
      assert.equal(missing.status, 400)
      assert.equal(missing.body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT')
      const both = await started.post('query ($by: ProductKey!) { find(by: $by) { id } }', {
        by: { id: '1', name: 'x' },
      })
      assert.equal(both.body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT')
    })
  })
}

describe('the HTTP endpoint', () => {
  it('tells malformed GraphQL from GraphQL that does not fit the schema', async () => {
    await using started = await startFixture()
    const malformed = await started.post('{ products { ')
    assert.deepEqual(
      [malformed.status, malformed.body.errors?.[0]?.extensions?.code],
      [400, 'GRAPHQL_PARSE_FAILED'],
    )
    const unknown = await started.post('{ nothing }')
    assert.deepEqual(
      [unknown.status, unknown.body.errors?.[0]?.extensions?.code],
      [400, 'GRAPHQL_VALIDATION_FAILED'],
    )
    const choice = await started.post('query A { __typename } query B { __typename }')
    assert.equal(choice.body.errors?.[0]?.extensions?.code, 'OPERATION_RESOLUTION_FAILURE')
  })

  it('answers GET, and never mutates by it', async () => {
    await using started = await startFixture()
    const headers = { 'apollo-require-preflight': 'true' }
    const get = (query: string) => fetch(`${started.endpoint}?${new URLSearchParams({ query })}`, { headers })
    assert.deepEqual(await (await get('{ reviewCount }')).json(), { data: { reviewCount: 6 } })
    assert.equal((await get('mutation { rename(id: 1, name: "x") { id } }')).status, 405)
    const stream = { accept: 'text/event-stream' }
    const mutation = new URLSearchParams({ query: 'mutation { rename(id: 1, name: "x") { id } }' })
    assert.equal((await fetch(`${started.endpoint}?${mutation}`, { headers: stream })).status, 405)
    assert.equal(started.fixture.calls.mutations, 0)
  })

  it('blocks what a form or an image of another page could send', async () => {
    await using started = await startFixture()
    const body = JSON.stringify({ query: 'mutation { rename(id: 1, name: "x") { id } }' })
    const form = await fetch(started.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    })
    assert.deepEqual([form.status, codeOf(await form.text())], [415, 'UNSUPPORTED_MEDIA_TYPE'])
    const image = await fetch(`${started.endpoint}?query={reviewCount}`)
    assert.deepEqual([image.status, codeOf(await image.text())], [400, 'BAD_REQUEST'])
    assert.equal(started.fixture.calls.mutations, 0)
  })

  it('refuses a body of 10 MB with 413, announced or not, and serves on', async () => {
    await using started = await startFixture()
    const body = JSON.stringify({ query: `{ reviewCount } #${'x'.repeat(10_000_000)}` })
    const announced = await fetch(started.endpoint, { method: 'POST', headers: json, body })
    assert.deepEqual([announced.status, codeOf(await announced.text())], [413, 'PAYLOAD_TOO_LARGE'])
    const chunked = await raw(started.endpoint, {
      method: 'POST',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body,
    })
    assert.deepEqual([chunked.status, codeOf(chunked.text)], [413, 'PAYLOAD_TOO_LARGE'])
    assert.equal((await started.post('{ reviewCount }')).status, 200)
  })

  it('answers BAD_REQUEST to a body that is no JSON, no object, or no operation', async () => {
    await using started = await startFixture()
    for (const body of [
      '{',
      '"text"',
      '[]',
      '[{"query":"{ reviewCount }"}]',
      '{}',
      '{"query":1}',
      '{"query":"{ reviewCount }","variables":"x"}',
    ]) {
      for (const accept of ['application/json', 'text/event-stream']) {
        // A stream takes its variables where it finds them; only the operation must be there.
        if (accept === 'text/event-stream' && body.includes('variables')) continue
        const response = await fetch(started.endpoint, { method: 'POST', headers: { ...json, accept }, body })
        assert.deepEqual(
          [response.status, codeOf(await response.text())],
          [400, 'BAD_REQUEST'],
          `${accept}: ${body}`,
        )
      }
    }
  })

  it('refuses foreign Host and Origin headers on every path', async () => {
    await using started = await startFixture()
    const { url, port } = started.gateway
    for (const path of ['/graphql', '/', '/metrics', '/healthz', '/ruru-static/ruru.js', '/nowhere']) {
      const host = await raw(url + path, { headers: { host: `evil.example:${port}` } })
      assert.deepEqual([host.status, codeOf(host.text)], [403, 'FORBIDDEN_HOST'], path)
      const origin = await raw(url + path, { headers: { origin: 'https://evil.example' } })
      assert.deepEqual([origin.status, codeOf(origin.text)], [403, 'FORBIDDEN_ORIGIN'], path)
    }
    const opaque = await raw(url, { headers: { origin: 'null' } })
    assert.equal(codeOf(opaque.text), 'FORBIDDEN_ORIGIN')
    const otherPort = await raw(url, { headers: { origin: 'http://127.0.0.1:1' } })
    assert.equal(codeOf(otherPort.text), 'FORBIDDEN_ORIGIN')
    const image = await raw(url, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } })
    assert.equal(codeOf(image.text), 'FORBIDDEN_ORIGIN')
    for (const headers of [
      { origin: url },
      { host: `localhost:${port}`, origin: `http://localhost:${port}` },
      { host: '[::1]:80', origin: 'http://[::1]' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ]) {
      const allowed = await raw(`${url}/livez`, { headers })
      assert.equal(allowed.status, 200, JSON.stringify(headers))
    }
  })

  it('lets configured hosts and origins in, with CORS for the latter', async () => {
    await using started = await startFixture({
      allowedHosts: ['graph.example'],
      allowedOrigins: ['https://app.example'],
    })
    const headers = { host: 'graph.example', origin: 'https://app.example' }
    const preflight = await raw(started.endpoint, { method: 'OPTIONS', headers })
    assert.deepEqual(
      [preflight.status, preflight.headers['access-control-allow-origin']],
      [204, 'https://app.example'],
    )
    const body = JSON.stringify({ query: '{ reviewCount }' })
    const answer = await raw(started.endpoint, { method: 'POST', headers: { ...headers, ...json }, body })
    assert.deepEqual(
      [answer.text, answer.headers['access-control-allow-origin']],
      ['{"data":{"reviewCount":6}}', 'https://app.example'],
    )
  })

  it('answers the introspection that tools send, @oneOf included, alone and beside data', async () => {
    await using started = await startFixture()
    const { body } = await started.post(
      getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true, schemaDescription: true }),
    )
    const schema = buildClientSchema(body.data as unknown as IntrospectionQuery)
    const input = schema.getType('ProductKey')
    assert.ok(isInputObjectType(input) && input.isOneOf)
    assert.equal(schema.getType('_Entity'), undefined)
    const mixed = await started.post(
      'query Q($name: String!) { reviewCount ...R } fragment R on Query { __type(name: $name) { isOneOf } warehouses }',
      { name: 'ProductKey' },
    )
    assert.deepEqual(mixed.body, {
      data: { reviewCount: 6, __type: { isOneOf: true }, warehouses: ['north', 'south'] },
    })
  })

  it('answers unknown paths and subscriptions without a stream with a code', async () => {
    await using started = await startFixture()
    const nowhere = await fetch(`${started.gateway.url}/nowhere`)
    assert.deepEqual([nowhere.status, codeOf(await nowhere.text())], [404, 'NOT_FOUND'])
    const { status, body } = await started.post('subscription { priceChanged { cents } }')
    assert.deepEqual([status, body.errors?.[0]?.extensions?.code], [400, 'SUBSCRIPTION_TRANSPORT_REQUIRED'])
  })

  it('shows the playground to browsers, with the tabs given and nothing from elsewhere', async () => {
    const tabs = [{ title: 'Prices</script>', query: 'subscription Prices { priceChanged { cents } }' }]
    await using started = await startFixture({ playground: { tabs } })
    const page = await fetch(started.endpoint, { headers: { accept: 'text/html,*/*;q=0.8' } })
    const html = await page.text()
    assert.match(page.headers.get('content-type') ?? '', /text\/html/)
    assert.match(html, /priceChanged/)
    assert.doesNotMatch(html, /https?:\/\/(?!www\.w3\.org)/)
    assert.doesNotMatch(html, /Prices<\/script>/)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/)
    const script = await fetch(`${started.gateway.url}/ruru-static/ruru.js`)
    assert.deepEqual(
      [script.status, script.headers.get('content-type')],
      [200, 'text/javascript; charset=utf-8'],
    )
    assert.ok((await script.arrayBuffer()).byteLength > 100_000)
    assert.equal((await fetch(`${started.gateway.url}/ruru-static/../package.json`)).status, 404)
    assert.equal((await fetch(`${started.gateway.url}/ruru-static/nothing.js`)).status, 404)
  })

  it('tells life, readiness, details and metrics', async () => {
    let ready = false
    await using started = await startFixture({
      readiness: async () => ({ ready, checks: { log: ready ? 'ok' : 'starting' } }),
    })
    const get = async (path: string) => {
      const response = await fetch(started.gateway.url + path)
      return [response.status, await response.text()] as const
    }
    assert.equal((await get('/livez'))[0], 200)
    assert.deepEqual(await get('/readyz'), [503, '{"ready":false,"checks":{"log":"starting"}}'])
    ready = true
    assert.equal((await get('/readyz'))[0], 200)
    assert.match((await get('/healthz'))[1], /"status":"ready"/)
    await started.post('{ reviewCount }')
    assert.match(
      (await get('/metrics'))[1],
      /^coelho_gateway_requests_total\{operation="query",outcome="ok"\} 1$/m,
    )
    assert.match((await get('/'))[1], /href="\/graphql"/)
  })

  it('serves routes given to it, and survives one that throws', async () => {
    await using started = await startFixture({
      routes: {
        '/': (_request, response) => void response.end('dashboard'),
        '/throws': () => {
          throw new Error('the secret password is swordfish')
        },
      },
    })
    assert.equal(await (await fetch(started.gateway.url)).text(), 'dashboard')
    const failed = await fetch(`${started.gateway.url}/throws`)
    const text = await failed.text()
    assert.deepEqual([failed.status, codeOf(text)], [500, 'INTERNAL_SERVER_ERROR'])
    assert.doesNotMatch(text, /swordfish/)
  })

  it('refuses clients whom contextFor refuses, and gives subgraphs the context of the others', async () => {
    await using started = await startFixture({
      contextFor({ headers }) {
        if (headers.authorization === 'secret') return { fingerprint: 'known' }
        throw new GraphQLError('A token was wanted.', {
          extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
        })
      },
    })
    const body = JSON.stringify({ query: '{ reviewCount }' })
    const send = (authorization: string) =>
      fetch(started.endpoint, { method: 'POST', headers: { ...json, authorization }, body })
    assert.deepEqual(await (await send('secret')).json(), { data: { reviewCount: 6 } })
    const guessed = await send('guess')
    assert.deepEqual([guessed.status, codeOf(await guessed.text())], [401, 'UNAUTHENTICATED'])
  })
})

describe('the address', () => {
  const options = () => ({
    supergraphSdl: '',
    subgraphs: {},
    metrics: new Registry(),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })

  it('must be a loopback address while there is no authentication', async () => {
    const { supergraphSdl } = createFixture()
    const starting = createGateway({
      ...options(),
      ...(await subgraphsOf()),
      supergraphSdl,
      host: '0.0.0.0',
      port: 0,
      portIsExplicit: true,
    })
    await assert.rejects(starting, { extensions: { code: 'AUTHENTICATION_REQUIRED' } })
  })

  it('has the port that was asked for or PORT_IN_USE; only a default moves on', async () => {
    const { supergraphSdl } = createFixture()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const start = async (portIsExplicit: boolean) =>
      createGateway({ ...options(), ...(await subgraphsOf()), supergraphSdl, port, portIsExplicit })
    await assert.rejects(start(true), { extensions: { code: 'PORT_IN_USE' } })
    const moved = await start(false)
    assert.ok(moved.port > port && moved.port <= port + 100)
    await moved.close()
    taken.close()
  })

  it('is never reached when a subgraph has no connection', async () => {
    const { supergraphSdl } = createFixture()
    const starting = createGateway({ ...options(), supergraphSdl, port: 0, portIsExplicit: true })
    await assert.rejects(starting, /a subgraph "products"; connections were given for: none/)
  })
})

async function subgraphsOf() {
  const { localSubgraph } = await import('#gateway/subgraphs/local-subgraph.ts')
  const { subgraphs } = createFixture()
  return {
    subgraphs: Object.fromEntries(subgraphs.map(({ name, schema }) => [name, localSubgraph({ schema })])),
  }
}
