import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listen, startFixture, until } from './start-fixture.ts'

for (const remote of [false, true]) {
  describe(`a federated subscription over websocket, subgraphs ${remote ? 'behind HTTP' : 'in process'}`, () => {
    it('joins each event with two other subgraphs, under the aliases of the client', async () => {
      await using started = await startFixture({ remote })
      const { fixture } = started
      const stream = listen(
        started.client(),
        `subscription { p: priceChanged { c: cents product { n: name ...R stock: inStock } } }
         fragment R on Product { stars: rating author { country } reviews(first: 1) { stars product { name } } }`,
      )
      await until(() => fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      fixture.prices.publish({ id: '2', cents: 250 })
      assert.deepEqual(await stream.next(), {
        data: {
          p: {
            c: 250,
            product: {
              n: 'Product 2',
              stars: 2.5,
              author: { country: 'land of author-2' },
              reviews: [{ stars: 2, product: { name: 'Product 2' } }],
              stock: 20,
            },
          },
        },
      })
    })

    it('obeys variables, their defaults, @skip and @include, in the stream and in the joins', async () => {
      await using started = await startFixture({ remote })
      const { fixture } = started
      const query = `subscription ($id: ID, $first: Int = 1, $more: Boolean!, $less: Boolean = true) {
        priceChanged(id: $id) { cents @skip(if: $less) product { reviews(first: $first) { stars } ... @include(if: $more) { inStock } } }
      }`
      const client = started.client()
      const more = listen(client, query, { id: '1', more: true, less: false })
      const less = listen(client, query, { more: false, first: 0 })
      await until(() => fixture.prices.listeners === 2, 'both subscriptions reached the subgraph')
      fixture.prices.publish({ id: '3', cents: 3 })
      fixture.prices.publish({ id: '1', cents: 1 })
      assert.deepEqual((await more.next()).data, {
        priceChanged: { cents: 1, product: { reviews: [{ stars: 1 }], inStock: 10 } },
      })
      assert.deepEqual((await less.next()).data, { priceChanged: { product: { reviews: [] } } })
    })

    it('looks up the entities of events that come together in one call per subgraph and query', async () => {
      await using started = await startFixture({ remote, entityWindowMs: 20 })
      const { fixture } = started
      const stream = listen(started.client(), 'subscription { priceChanged { product { rating inStock } } }')
      await until(() => fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      for (const id of ['1', '2', '1', '3']) fixture.prices.publish({ id, cents: 1 })
      const results = await stream.take(4)
      assert.deepEqual(
        results.map(({ data }) => (data as { priceChanged: { product: unknown } }).priceChanged.product),
        ['1', '2', '1', '3'].map(id => ({ rating: Number(id) + 0.5, inStock: Number(id) * 10 })),
      )
      const distinct = ['1', '2', '3'].map(id => ({ __typename: 'Product', id }))
      assert.deepEqual(fixture.calls.entities, { reviews: [distinct], stock: [distinct] })
    })

    it('delivers events in their order, also when the joins of later ones are done earlier', async () => {
      await using started = await startFixture({ remote, entityWindowMs: 0 })
      const { fixture } = started
      fixture.reviewDelayMs = id => (id === '1' ? 60 : 0)
      const stream = listen(started.client(), 'subscription { priceChanged { cents product { rating } } }')
      await until(() => fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      fixture.prices.publish({ id: '1', cents: 1 })
      await new Promise(resolve => setTimeout(resolve, 20))
      for (let cents = 2; cents <= 30; cents++) fixture.prices.publish({ id: '2', cents })
      const results = await stream.take(30)
      assert.deepEqual(
        results.map(({ data }) => (data as { priceChanged: { cents: number } }).priceChanged.cents),
        Array.from({ length: 30 }, (_, i) => i + 1),
      )
    })

    it('forwards the extensions of a message', async () => {
      await using started = await startFixture({ remote })
      const stream = listen(started.client(), 'subscription { priceChanged { cents product { rating } } }')
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      const extensions = { seq: 7, dropped: 2, cursor: 'abc', gap: [{ partition: 0, from: 1, to: 3 }] }
      started.fixture.prices.publish({ id: '1', cents: 1, extensions })
      assert.deepEqual((await stream.next()).extensions, extensions)
    })

    it('places errors of a join in the response, with subgraph and code, and goes on', async () => {
      await using started = await startFixture({ remote, entityWindowMs: 20 })
      const { fixture } = started
      const stream = listen(started.client(), 'subscription { p: priceChanged { product { failing } } }')
      await until(() => fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      fixture.prices.publish({ id: '1', cents: 1 })
      fixture.prices.publish({ id: '2', cents: 1 })
      for (const id of ['1', '2']) {
        assert.deepEqual(await stream.next(), {
          errors: [
            {
              message: `No count for product ${id}.`,
              path: ['p', 'product', 'failing'],
              extensions: { code: 'NOT_COUNTED', serviceName: 'stock' },
            },
          ],
          data: { p: { product: { failing: null } } },
        })
      }
    })

    it('propagates a null in the stream up to the nearest field that allows it, and hides why', async () => {
      await using started = await startFixture({ remote })
      const stream = listen(started.client(), 'subscription { priceChanged { required } }')
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      started.fixture.prices.publish({ id: '1', cents: null })
      const { data, errors } = await stream.next()
      assert.equal(data, null)
      assert.equal(errors?.[0]?.extensions?.code, 'INTERNAL_SERVER_ERROR')
      assert.deepEqual(errors?.[0]?.path, ['priceChanged', 'required'])
      assert.match(errors?.[0]?.message ?? '', /^Internal server error/)
      started.fixture.prices.publish({ id: '1', cents: 5 })
      assert.deepEqual((await stream.next()).data, { priceChanged: { required: 5 } })
    })

    it('propagates a null that a join leaves', async () => {
      await using started = await startFixture({ remote })
      const stream = listen(
        started.client(),
        'subscription { strict { product { name reviews { stars } } } }',
      )
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      started.fixture.prices.publish({ id: 'unknown', cents: 1 })
      assert.equal((await stream.next()).data, null)
    })

    it('shares one stream at the subgraph among clients that ask the same, and ends it with the last of them', async () => {
      await using started = await startFixture({ remote })
      const { fixture, metric } = started
      const text = 'subscription A($id: ID) { priceChanged(id: $id) { cents } }'
      const respaced =
        'subscription B( $id : ID ) {\n  priceChanged(id: $id) {\n    cents # the price\n  }\n}'
      const streams = [
        listen(started.client(), text, { id: '1' }),
        listen(started.client(), respaced, { id: '1' }),
        listen(started.client(), text, { id: '2' }),
      ]
      const active = () => metric('coelho_gateway_client_subscriptions', 'transport="websocket"')
      await until(
        async () => (await active()) === 3 && fixture.prices.listeners === 2,
        'two streams serve three clients',
      )
      assert.equal(await metric('coelho_gateway_upstream_subscriptions'), 2)
      fixture.prices.publish({ id: '1', cents: 11 })
      for (const stream of streams.slice(0, 2))
        assert.deepEqual((await stream.next()).data, { priceChanged: { cents: 11 } })
      await streams[0]?.leave()
      await until(async () => (await active()) === 2, 'one client left')
      assert.equal(fixture.prices.listeners, 2)
      await streams[1]?.leave()
      await until(() => fixture.prices.listeners === 1, 'the stream without clients ended')
      await streams[2]?.leave()
      await until(() => fixture.prices.listeners === 0, 'the last stream ended')
      assert.equal(await active(), 0)
      assert.equal(await metric('coelho_gateway_upstream_subscriptions'), 0)
    })

    it('gives a stream of its own to a client that resumes at a cursor', async () => {
      await using started = await startFixture({ remote })
      const query = 'subscription ($from: String) { priceChanged(resumeFrom: $from) { cents } }'
      for (const from of ['a', 'a', undefined, undefined]) listen(started.client(), query, { from })
      await until(() => started.fixture.prices.listeners === 3, 'two own streams and a shared one')
    })

    it('answers a subscription that the subgraph refuses with an error message and its code', async () => {
      await using started = await startFixture({ remote })
      const stream = listen(started.client(), 'subscription { refused }')
      await assert.rejects(stream.next(), (errors: unknown) => {
        assert.deepEqual(errors, [
          {
            message: 'The stream is closed on Sundays.',
            path: ['refused'],
            extensions: { code: 'CLOSED', serviceName: 'products' },
          },
        ])
        return true
      })
    })

    it('completes when the stream ends, after its last message', async () => {
      await using started = await startFixture({ remote })
      const stream = listen(started.client(), 'subscription { priceChanged { product { rating } } }')
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      started.fixture.prices.publish({ id: '1', cents: 1 })
      started.fixture.prices.end()
      assert.deepEqual((await stream.next()).data, { priceChanged: { product: { rating: 1.5 } } })
      assert.equal(await stream.ends(), true)
    })

    it('ends the stream at the subgraph when a client vanishes without a word', async () => {
      await using started = await startFixture({ remote })
      const client = started.client()
      listen(client, 'subscription { priceChanged { cents } }')
      await until(() => started.fixture.prices.listeners === 1, 'the subscription reached the subgraph')
      client.terminate()
      await until(() => started.fixture.prices.listeners === 0, 'the stream ended')
    })

    it('answers queries and mutations on the same websocket', async () => {
      await using started = await startFixture({ remote })
      const client = started.client()
      assert.deepEqual((await listen(client, '{ product(id: 1) { name inStock } }').next()).data, {
        product: { name: 'Product 1', inStock: 10 },
      })
      assert.deepEqual(
        (await listen(client, 'mutation { rename(id: 1, name: "x") { name rating } }').next()).data,
        {
          rename: { name: 'x', rating: 1.5 },
        },
      )
    })
  })
}
