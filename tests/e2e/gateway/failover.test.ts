import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { composeServices } from '@theguild/federation-composition'
import { startTcpProxy } from '#engines/tcp-proxy.ts'
import { createGateway, type Gateway, type GatewayOptions } from '#gateway/create-gateway.ts'
import { remoteSubgraph } from '#gateway/subgraphs/remote-subgraph.ts'
import { createClient, extensionsOf } from '#sdk/index.ts'
import { serveSubgraph } from '#subgraphs/serve.ts'
import { createCounter, createCounts, type Counts } from '#subgraphs/serve/test-counter.ts'
import { createRandom } from '#learn/math/random.ts'
import { parse } from 'graphql'
import { Registry } from 'prom-client'
import { openSocket } from './raw-socket.ts'
import { until } from './start-fixture.ts'

interface Counted {
  counted: { n: number }
}

const COUNTED =
  'subscription ($every: Int, $resumeFrom: String) { counted(every: $every, resumeFrom: $resumeFrom) { n } }'
const quick = { firstMs: 5, longestMs: 50 }

function compose(): string {
  const { sdl } = createCounter()
  const { supergraphSdl } = composeServices([
    { name: 'counter', url: 'http://counter.invalid', typeDefs: parse(sdl) },
  ])
  assert.ok(supergraphSdl)
  return supergraphSdl
}

const supergraphSdl = compose()

/** A gateway before replicas of the counter, with heartbeats quick enough for a test. */
async function startGateway(
  urls: readonly string[],
  { resumeForMs = 10_000, ...outlet }: GatewayOptions['limits'] = {},
) {
  const registry = new Registry()
  const silent = () => undefined
  const counter = remoteSubgraph({ url: urls, heartbeatMs: 150, connectTimeoutMs: 500 })
  const gateway = await createGateway({
    supergraphSdl,
    subgraphs: { counter },
    port: 0,
    portIsExplicit: true,
    metrics: registry,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    limits: { resumeForMs, ...outlet },
  })
  return {
    ...gateway,
    endpoint: `${gateway.url}/graphql`,
    async [Symbol.asyncDispose]() {
      await gateway.close({ drainMs: 100 })
      await counter[Symbol.asyncDispose]()
    },
  }
}

/** A replica of the counter that can be restarted at its port, behind a network that can fail. */
async function startReplica(counts: Counts) {
  const start = (port: number) => serveSubgraph({ subgraph: createCounter({ counts }), port })
  let served = await start(0)
  const { port } = served
  const proxy = await startTcpProxy({ target: { host: '127.0.0.1', port } })
  return {
    url: `http://127.0.0.1:${proxy.port}/graphql`,
    proxy,
    async restart(downMs: number) {
      await served.close({ drainMs: 50 })
      await sleep(downMs)
      served = await start(port)
    },
    async [Symbol.asyncDispose]() {
      await proxy.stop()
      await served.close({ drainMs: 0 })
    },
  }
}

function appendSteadily(counts: Counts): Disposable {
  const timer = setInterval(() => counts.append(), 2)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

const consecutive = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

describe('subscriptions with cursors', () => {
  it('lose and double nothing while replicas are reset, restarted, black holes, and refuse connections', async () => {
    const counts = createCounts()
    await using first = await startReplica(counts)
    await using second = await startReplica(counts)
    await using gateway = await startGateway([first.url, second.url])
    await using api = createClient({ url: gateway.endpoint, backoff: quick })
    const random = createRandom('failover')
    const faults = {
      reset: async (replica: typeof first) => replica.proxy.reset(),
      restart: (replica: typeof first) => replica.restart(random.next() * 60),
      async blackhole({ proxy }: typeof first) {
        proxy.blackhole(true)
        await sleep(400)
        proxy.blackhole(false)
      },
      async refuse({ proxy }: typeof first) {
        await proxy.refuse(true)
        proxy.reset()
        await sleep(random.next() * 100)
        await proxy.refuse(false)
      },
    }
    using _appending = appendSteadily(counts)
    let done = false
    let begun = 0
    const read = async (variables: { every?: number; resumeFrom?: string }) => {
      const seen: number[] = []
      const seqs: (number | undefined)[] = []
      let lossy = 0
      for await (const message of api.subscribe<Counted>(COUNTED, variables)) {
        if (seen.push(message.counted.n) === 1) begun++
        const { seq, resumed } = extensionsOf(message)
        seqs.push(seq)
        if (resumed) lossy++
        if (done && message.counted.n >= counts.length - 5) break
      }
      return { seen, seqs, lossy }
    }
    // Two that share a stream, one with a stream of its own, one that hears little.
    const readers = [read({ every: 1 }), read({ every: 1 }), read({ resumeFrom: '0' }), read({ every: 200 })]
    // A stream that has told nothing yet has no position to go on from.
    await until(() => begun === readers.length, 'every stream runs', 20_000)
    const names = Object.keys(faults) as (keyof typeof faults)[]
    for (let cycle = 0; cycle < 28; cycle++) {
      const name = names[cycle % names.length] as keyof typeof faults
      await faults[name](random.next() < 0.5 ? first : second)
      await sleep(random.next() * 40)
    }
    done = true
    const [a, b, own, rare] = await Promise.all(readers)
    assert.ok(a && b && own && rare)
    for (const { seen, seqs, lossy } of [a, b, own]) {
      assert.deepEqual(seen, consecutive(seen[0] as number, seen.length))
      assert.deepEqual(seqs, consecutive(seqs[0] as number, seqs.length))
      assert.equal(lossy, 0)
      assert.ok(seen.length > 100, `${seen.length} messages`)
    }
    assert.equal(own.seen[0], 0)
    assert.deepEqual(
      rare.seen,
      rare.seen.map((_, i) => (rare.seen[0] as number) + i * 200),
    )
  })

  it('go on from their beginning where the subgraph was lost before the first message', async () => {
    const counts = createCounts()
    counts.append(10)
    await using replica = await startReplica(counts)
    await using gateway = await startGateway([replica.url])
    await using api = createClient({ url: gateway.endpoint, backoff: quick })
    const messages = api.subscribe<Counted>(COUNTED, {})[Symbol.asyncIterator]()
    const first = messages.next()
    // They share the gateway's connection to the subgraph, so once these are there, the position of the first is, too.
    for (let i = 0; i < 3; i++) {
      for await (const { total } of api.subscribe<{ total: number }>('subscription { total }')) {
        assert.equal(total, 10)
        break
      }
    }
    await replica.proxy.refuse(true)
    replica.proxy.reset()
    counts.append(3)
    await replica.proxy.refuse(false)
    assert.deepEqual((await first).value, { counted: { n: 10 } })
    assert.deepEqual((await messages.next()).value, { counted: { n: 11 } })
    await messages.return?.()
  })

  it('survive the gateway, at another of the client’s addresses', async () => {
    const counts = createCounts()
    await using replica = await startReplica(counts)
    await using gateways = new AsyncDisposableStack()
    const started: Gateway[] = []
    for (let i = 0; i < 3; i++) started.push(gateways.use(await startGateway([replica.url])))
    const proxies = await Promise.all(
      started.map(({ port }) => startTcpProxy({ target: { host: '127.0.0.1', port } })),
    )
    for (const proxy of proxies) gateways.use(proxy)
    const url = proxies.map(({ port }) => `http://127.0.0.1:${port}/graphql`)
    await using api = createClient({ url, backoff: quick, keepAliveMs: 300, timeoutMs: 1000 })
    using _appending = appendSteadily(counts)
    const kills = [
      () => proxies[0]?.reset(),
      () => started[1]?.close({ drainMs: 100 }),
      () => proxies[2]?.blackhole(true),
      () => proxies[0]?.reset(),
    ]
    const seen: number[] = []
    for await (const { counted } of api.subscribe<Counted>(COUNTED, {})) {
      seen.push(counted.n)
      if (seen.length % 100 === 0) void kills.shift()?.()
      if (seen.length === 600) break
    }
    assert.deepEqual(seen, consecutive(seen[0] as number, 600))
    proxies[2]?.blackhole(false)
    // Queries follow, too.
    await proxies[0]?.stop()
    assert.deepEqual(Object.keys(await api.query<object>('{ count }')), ['count'])
  })
})

describe('a client that reads slowly', () => {
  it('and has chosen where to begin gets everything, however far it lags', async () => {
    const counts = createCounts()
    counts.append(4000)
    await using replica = await startReplica(counts)
    await using gateway = await startGateway([replica.url], { highWaterBytes: 2000, queueLength: 5 })
    const { socket, send, received } = await openSocket(gateway.endpoint.replace('http', 'ws'))
    socket.pause()
    // Beyond what the kernel keeps.
    const query = COUNTED.replace('{ n }', '{ n filler(length: 4000) }')
    send({ type: 'subscribe', id: '1', payload: { query, variables: { resumeFrom: '0' } } })
    for (let i = 0; i < 5; i++) {
      await sleep(40)
      socket.resume()
      await sleep(10)
      socket.pause()
    }
    socket.resume()
    const messages = () => received.filter(({ type }) => type === 'next')
    const payloadOf = ({ payload }: { payload?: unknown } = {}) =>
      payload as { data: Counted; extensions: { seq: number; dropped?: number } } | undefined
    await until(() => payloadOf(messages().at(-1))?.data.counted.n === 3999, 'everything has come', 20_000)
    const payloads = messages().map(payloadOf)
    assert.deepEqual(
      payloads.map(payload => payload?.data.counted.n),
      consecutive(0, 4000),
    )
    assert.deepEqual(
      payloads.map(payload => payload?.extensions.seq),
      consecutive(1, 4000),
    )
    assert.ok(payloads.every(payload => payload?.extensions.dropped === undefined))
    socket.close()
  })
})

describe('subscriptions without cursors', () => {
  it('that open with state begin with the state that is, and say that they were resumed', async () => {
    const counts = createCounts()
    await using replica = await startReplica(counts)
    await using gateway = await startGateway([replica.url])
    await using api = createClient({ url: gateway.endpoint, backoff: quick })
    const messages = api.subscribe<{ total: number }>('subscription { total }')[Symbol.asyncIterator]()
    assert.deepEqual((await messages.next()).value, { total: 0 })
    const next = messages.next()
    await replica.proxy.refuse(true)
    replica.proxy.reset()
    counts.append(5)
    await replica.proxy.refuse(false)
    const { value } = await next
    assert.deepEqual(value, { total: 5 })
    assert.deepEqual(extensionsOf(value ?? {}), { resumed: true })
    await messages.return?.()
  })

  it('end with SUBGRAPH_UNREACHABLE when the time allowed is over, and not before', async () => {
    const counts = createCounts()
    await using replica = await startReplica(counts)
    await using gateway = await startGateway([replica.url], { resumeForMs: 600 })
    const { createClient: createSocketClient } = await import('graphql-ws')
    const { default: WebSocket } = await import('ws')
    const client = createSocketClient({
      url: gateway.endpoint.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    const messages = client.iterate({ query: 'subscription { total }' })
    await messages.next()
    const lost = performance.now()
    await replica.proxy.refuse(true)
    replica.proxy.reset()
    await assert.rejects(messages.next(), (errors: unknown) => {
      const [error] = errors as { message: string; extensions: object }[]
      assert.match(error?.message ?? '', /^Subgraph "counter" cannot be reached: .*ECONNREFUSED/)
      assert.deepEqual(error?.extensions, { code: 'SUBGRAPH_UNREACHABLE', serviceName: 'counter' })
      return true
    })
    assert.ok(performance.now() - lost >= 590, 'the gateway had tried for as long as it may')
    await client.dispose()
  })
})
