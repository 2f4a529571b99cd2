import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { createRequestSigner, createRequestVerifier } from '#subgraphs/request-signature.ts'
import { serveSubgraph } from '#subgraphs/serve.ts'
import { createCounter, createCounts } from '#subgraphs/serve/test-counter.ts'
import type { TraceContext } from '#subgraphs/trace-context.ts'
import { remoteSubgraph } from './remote-subgraph.ts'
import type { RemoteSubgraphOptions } from './remote-subgraph.ts'
import type { SubgraphConnection } from './subgraph-connection.ts'

const SECRET = 'a secret of the test'
const headersFor = createRequestSigner({ secret: SECRET })
const verifier = () => createRequestVerifier({ secrets: [SECRET] })
const trace: TraceContext = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  sampled: true,
}

/** Runs a query, a mutation or, to its first message, a subscription. */
async function ask(connection: SubgraphConnection, query: string): Promise<unknown> {
  const context = { fingerprint: 'test', trace }
  if (!query.startsWith('subscription')) {
    const { data, errors } = await connection.process({
      request: { query },
      context,
    } as unknown as Parameters<SubgraphConnection['process']>[0])
    if (errors) throw errors[0]
    return data
  }
  const stop = new AbortController()
  try {
    const messages = connection.subscribe({ query, variables: {}, context, signal: stop.signal })
    for await (const { data } of messages) if (data) return data
    return null
  } finally {
    stop.abort()
  }
}

const OPERATIONS = ['{ count }', 'mutation { add }', 'subscription { total }']

async function refusals(options: RemoteSubgraphOptions): Promise<{ code: unknown; message: string }[]> {
  await using connection = remoteSubgraph(options)
  const found = []
  for (const query of OPERATIONS) {
    const error = (await ask(connection, query).then(
      () => assert.fail(`${query} was carried out.`),
      (reason: unknown) => reason,
    )) as { message: string; extensions?: { code?: unknown } }
    found.push({ code: error.extensions?.code, message: error.message })
  }
  return found
}

describe('signed requests to a subgraph', () => {
  it('are served: queries, mutations, subscriptions', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0, verifier: verifier() })
    await using connection = remoteSubgraph({ url: served.url, headersFor })
    await connection.check()
    assert.deepEqual(await ask(connection, '{ count }'), { count: 0 })
    assert.deepEqual(await ask(connection, 'mutation { add }'), { add: 1 })
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await ask(connection, 'subscription { total }'), { total: 1 })
  })

  it('under another secret, or none, fail with SUBGRAPH_REFUSED and the name of the setting', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0, verifier: verifier() })
    const other = createRequestSigner({ secret: 'another, just as long' })
    for (const options of [{ headersFor: other }, {}]) {
      for (const { code, message } of await refusals({ url: served.url, ...options })) {
        assert.equal(code, 'SUBGRAPH_REFUSED')
        assert.match(message, /it refuses the gateway \(HTTP 403\): .*SUBGRAPH_SECRET must be the same/)
      }
    }
  })

  it('carry the trace on, each under a span of its own', async () => {
    const traces: (TraceContext | undefined)[] = []
    const subgraph = createCounter({ onRequest: request => traces.push(request.trace) })
    await using served = await serveSubgraph({ subgraph, port: 0 })
    await using connection = remoteSubgraph({ url: served.url })
    for (const query of OPERATIONS) await ask(connection, query)
    assert.ok(traces.length >= OPERATIONS.length)
    for (const each of traces) assert.deepEqual([each?.traceId, each?.sampled], [trace.traceId, true])
    assert.ok(new Set([trace, ...traces].map(each => each?.spanId)).size > OPERATIONS.length)
  })
})

describe('a subgraph of another release', () => {
  for (const [version, fits] of [
    ['1', true],
    ['2', true],
    ['3', false],
    ['x', false],
  ] as const) {
    it(`of version ${version} is ${fits ? 'worked with' : 'refused with SUBGRAPH_VERSION_MISMATCH'}`, async () => {
      const server = createServer((request, response) => {
        request.resume()
        response.setHeader('x-coelho-internal', version)
        response.end('{"data":{"count":5}}')
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
      await using connection = remoteSubgraph({ url })
      if (fits) assert.deepEqual(await ask(connection, '{ count }'), { count: 5 })
      else
        await assert.rejects(ask(connection, '{ count }'), {
          extensions: { code: 'SUBGRAPH_VERSION_MISMATCH' },
          message: /one release apart/,
        })
      server.close()
    })
  }

  it('is told by its refusal of the gateway, too', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0 })
    const future = () => ({ 'x-coelho-internal': '9' })
    for (const { code } of await refusals({ url: served.url, headersFor: future }))
      assert.equal(code, 'SUBGRAPH_VERSION_MISMATCH')
  })
})

describe('replicas of a subgraph', () => {
  it('take turns, and stand in for one that is away', async () => {
    const counts = createCounts()
    const asked = [0, 0]
    const start = (i: number, port = 0) =>
      serveSubgraph({ subgraph: createCounter({ counts, onRequest: () => asked[i]!++ }), port })
    const first = await start(0)
    await using second = await start(1)
    await using connection = remoteSubgraph({ url: [first.url, second.url] })
    for (let i = 0; i < 10; i++) await ask(connection, '{ count }')
    assert.deepEqual(asked, [5, 5])
    await first.close()
    // A mutation on a connection that has just been closed may have been carried out, and is not repeated.
    await new Promise(resolve => setTimeout(resolve, 20))
    for (let i = 0; i < 10; i++) {
      await ask(connection, 'mutation { add }')
      await ask(connection, 'subscription { total }')
    }
    assert.equal(counts.length, 10, 'each mutation was carried out once')
    assert.equal(asked[0], 5)
  })

  it('take over what one that drains refuses, mutations too', async () => {
    const [ours, theirs] = [createCounts(), createCounts()]
    const started = Promise.withResolvers<void>()
    let held = 0
    const onRequest = () => {
      if (++held === 2) started.resolve()
    }
    const first = await serveSubgraph({ subgraph: createCounter({ counts: ours, onRequest }), port: 0 })
    await using second = await serveSubgraph({
      subgraph: createCounter({ counts: theirs, onRequest }),
      port: 0,
    })
    await using connection = remoteSubgraph({ url: [first.url, second.url] })
    const running = [ask(connection, '{ held }'), ask(connection, '{ held }')]
    await started.promise
    const closing = first.close({ drainMs: 30_000 })
    for (let i = 0; i < 6; i++) await ask(connection, 'mutation { add }')
    assert.deepEqual([ours.length, theirs.length], [0, 6])
    ours.append()
    assert.deepEqual(await Promise.all(running), [{ held: 'done' }, { held: 'done' }])
    await closing
  })

  it('that are all away give one error', async () => {
    const connection = remoteSubgraph({ url: ['http://127.0.0.1:9/graphql', 'http://127.0.0.1:10/graphql'] })
    await assert.rejects(ask(connection, '{ count }'), {
      extensions: { code: 'SUBGRAPH_UNREACHABLE' },
      message: /ECONNREFUSED/,
    })
    await assert.rejects(ask(connection, 'subscription { total }'), /ECONNREFUSED/)
    await connection[Symbol.asyncDispose]()
  })
})
