import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GraphQLError, buildClientSchema, getIntrospectionQuery, isInputObjectType } from 'graphql'
import type { IntrospectionQuery } from 'graphql'
import { codeOf, rawRequest } from './raw-request.ts'
import { startFixture } from './start-fixture.ts'

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
    const chunked = await rawRequest(started.endpoint, {
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
