import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { remoteSubgraph } from '#gateway/subgraphs/remote-subgraph.ts'
import { localSubgraph } from '#gateway/subgraphs/local-subgraph.ts'
import type { SubgraphConnection } from '#gateway/subgraphs/subgraph-connection.ts'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { composeFixture, createFixture } from './fixtures.ts'
import { openSocket } from './raw-socket.ts'
import { spawnNode } from './spawn-node.ts'
import { listen, startFixture } from './start-fixture.ts'

/** The fixture with one subgraph's connection exchanged. */
function connectionsWith(other: Record<string, SubgraphConnection>): Record<string, SubgraphConnection> {
  const { subgraphs } = createFixture()
  const own = subgraphs.map(
    ({ name, schema, createContext }) => [name, localSubgraph({ schema, context: createContext })] as const,
  )
  return { ...Object.fromEntries(own), ...other }
}

/** A server that answers as told, once per answer; then it repeats the last. */
async function scriptedServer(
  answers: readonly ((requests: number) => { status?: number; body?: string } | 'hang up')[],
) {
  let requests = 0
  const server = createServer((request, response) => {
    const answer = (answers[requests] ?? answers.at(-1))?.(++requests)
    request.resume()
    request.on('end', () => {
      if (!answer || answer === 'hang up') return void request.socket.destroy()
      response.statusCode = answer.status ?? 200
      response.end(answer.body ?? '')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests: () => requests,
    close,
  }
}

describe('a subgraph behind HTTP', () => {
  it('that is not there costs only its own fields, and the error names it', async () => {
    await using stock = remoteSubgraph({ url: 'http://127.0.0.1:9/graphql' })
    await using started = await startFixture({ subgraphs: connectionsWith({ stock }) })
    const { status, body } = await started.post('{ products { name inStock } warehouses }')
    assert.equal(status, 200)
    assert.equal(body.data, null, 'warehouses may not be null')
    const nullable = await started.post('{ products { name inStock } }')
    assert.deepEqual(nullable.body.data, {
      products: [1, 2, 3].map(n => ({ name: `Product ${n}`, inStock: null })),
    })
    const [error] = nullable.body.errors ?? []
    assert.match(error?.message ?? '', /^Subgraph "stock": connect ECONNREFUSED 127.0.0.1:9\.$/)
    assert.deepEqual(error?.path, ['products'])
    assert.deepEqual(error?.extensions, { code: 'SUBGRAPH_UNREACHABLE', serviceName: 'stock' })
  })

  it('that answers with anything but GraphQL is unreachable, too', async () => {
    for (const [answer, reason] of [
      [{ status: 502, body: '<html>' }, /HTTP 502 came with a body that is not JSON/],
      [{ status: 200, body: '{}' }, /HTTP 200 came without data and without errors/],
      [{ status: 200, body: 'null' }, /HTTP 200 came without data and without errors/],
    ] as const) {
      const server = await scriptedServer([() => answer])
      await using stock = remoteSubgraph({ url: server.url })
      await using started = await startFixture({ subgraphs: connectionsWith({ stock }) })
      const { body } = await started.post('{ warehouses }')
      assert.match(body.errors?.[0]?.message ?? '', reason)
      assert.equal(body.errors?.[0]?.extensions?.code, 'SUBGRAPH_UNREACHABLE')
      server.close()
    }
  })

  it('that hangs up gets a query once more, a mutation never', async () => {
    const server = await scriptedServer([() => 'hang up', () => ({ body: '{"data":{"warehouses":["x"]}}' })])
    await using stock = remoteSubgraph({ url: server.url })
    await using started = await startFixture({ subgraphs: connectionsWith({ stock }) })
    assert.deepEqual((await started.post('{ warehouses }')).body, { data: { warehouses: ['x'] } })
    assert.equal(server.requests(), 2)
    server.close()

    const broken = await scriptedServer([() => 'hang up'])
    await using products = remoteSubgraph({ url: broken.url })
    await using other = await startFixture({ subgraphs: connectionsWith({ products }) })
    const { body } = await other.post('mutation { rename(id: 1, name: "x") { id } }')
    assert.equal(body.errors?.[0]?.extensions?.code, 'SUBGRAPH_UNREACHABLE')
    assert.equal(broken.requests(), 1)
    broken.close()
  })

  it('that does not answer in time is given up', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await using stock = remoteSubgraph({ url: `http://127.0.0.1:${port}/graphql`, timeoutMs: 50 })
    await using started = await startFixture({ subgraphs: connectionsWith({ stock }) })
    const { body } = await started.post('{ warehouses }')
    assert.match(body.errors?.[0]?.message ?? '', /Headers Timeout Error/)
    assert.equal(body.errors?.[0]?.extensions?.code, 'SUBGRAPH_UNREACHABLE')
    server.closeAllConnections()
    server.close()
  })

  it('that cannot be subscribed at refuses the subscription, and the next one may succeed', async () => {
    await using products = remoteSubgraph({ url: 'http://127.0.0.1:9/graphql' })
    await using started = await startFixture({ subgraphs: connectionsWith({ products }) })
    const stream = listen(started.client(), 'subscription { priceChanged { cents } }')
    await assert.rejects(stream.next(), (errors: unknown) => {
      const [error] = errors as { message: string; extensions: unknown }[]
      assert.match(error?.message ?? '', /^Subgraph "products" cannot be reached: .*ECONNREFUSED/)
      assert.deepEqual(error?.extensions, { code: 'SUBGRAPH_UNREACHABLE', serviceName: 'products' })
      return true
    })
  })

  it('that is killed pauses its subscriptions until it is back', async () => {
    await using first = spawnNode('tests/e2e/gateway/subgraph-process.ts', ['products'])
    const url = await first.line()
    await using products = remoteSubgraph({ url })
    await using started = await startFixture({ subgraphs: connectionsWith({ products }) })
    const stream = listen(started.client(), 'subscription { priceChanged { cents product { name rating } } }')
    const resuming = listen(started.client(), 'subscription { priceChanged(resumeFrom: "x") { cents } }')
    await stream.take(3)
    await resuming.next()
    await first.stop('SIGKILL')
    // Its messages tell no cursors, so only its client knows where to go on: it is told, and left.
    await assert.rejects(
      (async () => {
        for (;;) await resuming.next()
      })(),
      (errors: unknown) =>
        (errors as { extensions: { code: string } }[])[0]?.extensions.code === 'SUBGRAPH_UNREACHABLE',
    )

    await using second = spawnNode('tests/e2e/gateway/subgraph-process.ts', ['products', new URL(url).port])
    await second.line()
    let message = await stream.next()
    while (!message.extensions) {
      assert.equal(message.errors, undefined, 'a pause is all that clients notice')
      message = await stream.next()
    }
    assert.deepEqual(message.extensions, { resumed: true })
    assert.deepEqual((message.data as { priceChanged: { product: unknown } }).priceChanged.product, {
      name: 'Product 1',
      rating: 1.5,
    })
    assert.equal((await stream.next()).extensions, undefined)
    const counted = await started.metric(
      'coelho_gateway_stream_resumptions_total',
      'subgraph="products",outcome="resumed"',
    )
    assert.equal(counted, 1)
  })
})

describe('npm run gateway', () => {
  it('serves any supergraph file whose subgraphs speak HTTP and graphql-ws, and drains on SIGTERM', async () => {
    const names = ['products', 'reviews', 'stock']
    await using stack = new AsyncDisposableStack()
    const processes = names.map(name => stack.use(spawnNode('tests/e2e/gateway/subgraph-process.ts', [name])))
    const urls = Object.fromEntries(
      await Promise.all(processes.map(async (each, i) => [names[i], await each.line()])),
    )
    const directory = await mkdtemp(join(tmpdir(), 'gateway-'))
    stack.defer(() => rm(directory, { recursive: true }))
    const file = join(directory, 'supergraph.graphql')
    await writeFile(file, composeFixture(urls))
    await using gateway = spawnNode('gateway/main.ts', ['--supergraph', file, '--port', '0'])
    assert.match(await gateway.line(), /^ready in \d+\.\d\d s$/)
    const endpoint = await gateway.line()

    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product(id: 2) { name rating inStock } }' }),
    })
    assert.deepEqual(await response.json(), {
      data: { product: { name: 'Product 2', rating: 2.5, inStock: 20 } },
    })
    const ready = await fetch(new URL('/readyz', endpoint))
    assert.deepEqual(await ready.json(), {
      ready: true,
      checks: { products: 'ok', reviews: 'ok', stock: 'ok' },
    })

    const socketUrl = endpoint.replace('http', 'ws')
    const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    const stream = listen(client, 'subscription { priceChanged { product { name rating inStock } } }')
    assert.deepEqual((await stream.next()).data, {
      priceChanged: { product: { name: 'Product 1', rating: 1.5, inStock: 10 } },
    })
    const socket = await openSocket(socketUrl)
    const exit = gateway.stop('SIGTERM')
    assert.equal((await socket.closed).code, 1001)
    assert.equal(await exit, 0)
    assert.equal(gateway.errors(), '')
    await client.dispose()
  })

  it('says what is wrong with its options, and exits with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const directory = await mkdtemp(join(tmpdir(), 'gateway-'))
    const file = join(directory, 'supergraph.graphql')
    await writeFile(file, composeFixture())
    const cases = [
      [[], /No --supergraph was given.*BAD_USER_INPUT/],
      [['--supergraph', file, '--port', String(port)], /in use; a free one was wanted.*PORT_IN_USE/],
    ] as const
    for (const [args, reason] of cases) {
      const gateway = spawnNode('gateway/main.ts', args)
      assert.equal(await gateway.exited, 1, args.join(' '))
      assert.match(gateway.errors(), reason)
      assert.doesNotMatch(gateway.errors(), /node_modules/)
    }
    taken.close()
    await rm(directory, { recursive: true })
  })
})
