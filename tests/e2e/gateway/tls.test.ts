import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { createCertificates, type Identity } from '#engines/certificates.ts'
import { remoteSubgraph, type RemoteSubgraphOptions } from '#gateway/subgraphs/remote-subgraph.ts'
import type { SubgraphConnection } from '#gateway/subgraphs/subgraph-connection.ts'
import { serveSubgraph } from '#subgraphs/serve.ts'
import { createCounter } from '#subgraphs/serve/test-counter.ts'

interface Identities {
  server: Identity
  client: Identity
}

/** PEM texts of an authority of its own; nothing is left on disk. */
async function identities(): Promise<Identities> {
  const directory = await mkdtemp(join(tmpdir(), 'certificates-'))
  try {
    const { server, client, readPem } = await createCertificates(directory)
    return { server: await readPem(server), client: await readPem(client) }
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function query(connection: SubgraphConnection): Promise<unknown> {
  const options = { request: { query: '{ count }' }, context: { fingerprint: 'test' } }
  const { data } = await connection.process(
    options as unknown as Parameters<SubgraphConnection['process']>[0],
  )
  return data
}

async function firstMessage(connection: SubgraphConnection): Promise<unknown> {
  const { signal } = new AbortController()
  const context = { fingerprint: 'test' }
  const messages = connection.subscribe({ query: 'subscription { total }', variables: {}, context, signal })
  for await (const { data } of messages) return data
  return null
}

describe('a subgraph behind mutual TLS', () => {
  let ours: Identities
  let theirs: Identities
  before(async () => {
    ;[ours, theirs] = await Promise.all([identities(), identities()])
  })

  it('serves a gateway whose certificate its authority has signed', async () => {
    await using served = await serveSubgraph({ subgraph: createCounter(), port: 0, tls: ours.server })
    assert.match(served.url, /^https:/)
    await using connection = remoteSubgraph({ url: served.url, tls: ours.client })
    await connection.check()
    assert.deepEqual(await query(connection), { count: 0 })
    assert.deepEqual(await firstMessage(connection), { total: 0 })
  })

  it('refuses any other, and the error names the settings', async () => {
    const requests: unknown[] = []
    const subgraph = createCounter({ onRequest: request => requests.push(request) })
    await using served = await serveSubgraph({ subgraph, port: 0, tls: ours.server })
    await using plain = await serveSubgraph({ subgraph, port: 0 })
    const { url } = served
    const cases: Record<string, RemoteSubgraphOptions> = {
      'a client of another authority': { url, tls: { ...theirs.client, ca: ours.client.ca } },
      'a server of another authority': { url, tls: { ...ours.client, ca: theirs.client.ca } },
      'neither certificate nor authority': { url },
      'a server without TLS': { url: plain.url.replace('http', 'https'), tls: ours.client },
    }
    for (const [name, options] of Object.entries(cases)) {
      await using connection = remoteSubgraph(options)
      for (const ask of [query, firstMessage]) {
        await assert.rejects(ask(connection), (error: Error & { extensions?: { code?: string } }) => {
          assert.equal(error.extensions?.code, 'SUBGRAPH_REFUSED', `${name}: ${error.message}`)
          assert.match(
            error.message,
            /TLS handshake failed: .+ \([A-Z_0-9]+\)\. SUBGRAPH_TLS_CERT, SUBGRAPH_TLS_KEY and SUBGRAPH_TLS_CA/,
          )
          return true
        })
      }
    }
    assert.deepEqual(requests, [], 'nothing reached a resolver')
  })

  it('that is away is unreachable, not refusing', async () => {
    await using connection = remoteSubgraph({ url: 'https://127.0.0.1:9/graphql', tls: ours.client })
    await assert.rejects(query(connection), { extensions: { code: 'SUBGRAPH_UNREACHABLE' } })
    await assert.rejects(firstMessage(connection), /ECONNREFUSED/)
  })
})
