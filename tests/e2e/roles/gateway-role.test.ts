import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { readRoleConfig } from '#config.ts'
import { createCertificates } from '#engines/certificates.ts'
import { serveRoleSubgraph, type ServedRole } from '#roles/parts/serve-role-subgraph.ts'
import type { RunningRole } from '#roles/running-role.ts'
import { startRole } from '#roles/start-role.ts'
import { buildSubgraph } from '#subgraphs/serve.ts'
import { graphql } from '../support/graphql.ts'

const SECRET = 'one secret that is long enough: 32'
const OTHER = 'another one that is long enough: 32'
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Stands in for a subgraph of ours: the gateway asks it for one field only. */
const subgraph = buildSubgraph({
  name: 'observability',
  typeDefs:
    'type Query { topology: Topology } type Topology { nodes: [Node!]! } type Node { title: String! }',
  resolvers: { Query: { topology: () => ({ nodes: [{ title: 'Gateway' }] }) } },
  createContext: () => ({}),
})

/** A process with a subgraph, as its environment describes it. */
function serve(environment: NodeJS.ProcessEnv): Promise<ServedRole> {
  const engines = { KAFKA_BROKERS: 'none', REDIS_URL: 'redis://none', MLFLOW_TRACKING_URI: 'http://none' }
  const config = readRoleConfig('observability', { port: '0' }, { ...engines, ...environment })
  return serveRoleSubgraph({
    subgraph,
    config,
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    registry: new Registry(),
  })
}

function startGateway(urls: readonly string[], environment: NodeJS.ProcessEnv): Promise<RunningRole> {
  const all = urls.join(',')
  const addresses = { INCREMENTAL_URL: all, OBSERVABILITY_URL: all, SQL_URL: all, BATCH_URL: all }
  return startRole(readRoleConfig('gateway', { port: '0' }, { ...addresses, ...environment }), {
    logger: quiet,
  })
}

const QUERY = '{ topology { nodes { title } } }'
const ANSWER = { topology: { nodes: [{ title: 'Gateway' }] } }

async function readyOf(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/readyz`)
  return { status: response.status, text: await response.text() }
}

describe('a gateway as a process of its own', () => {
  test('is ready while its subgraphs answer what it signs', async () => {
    const served = await serve({ SUBGRAPH_SECRET: SECRET })
    const gateway = await startGateway([served.graphUrl], { SUBGRAPH_SECRET: SECRET })
    try {
      assert.equal((await readyOf(gateway.url)).status, 200)
      assert.deepEqual((await graphql(gateway.url, QUERY)).data, ANSWER)
      assert.equal((await graphql(new URL(served.graphUrl).origin, '{ __typename }')).status, 403)
      await served.close()
      const { status, text } = await readyOf(gateway.url)
      assert.equal(status, 503)
      assert.match(text, /ECONNREFUSED/)
    } finally {
      await gateway.close()
      await served.close()
    }
  })

  test('with another secret is not ready, and says which setting to look at', async () => {
    const served = await serve({ SUBGRAPH_SECRET: SECRET })
    const gateway = await startGateway([served.graphUrl], { SUBGRAPH_SECRET: OTHER })
    try {
      const { status, text } = await readyOf(gateway.url)
      assert.equal(status, 503)
      assert.match(text, /SUBGRAPH_SECRET/)
      for (const secret of [SECRET, OTHER]) assert.ok(!text.includes(secret))
    } finally {
      await gateway.close()
      await served.close()
    }
  })

  test('goes on while the secret is being changed, whoever gets the new one first', async () => {
    const both = { SUBGRAPH_SECRET: OTHER, SUBGRAPH_SECRET_PREVIOUS: SECRET }
    for (const [ofSubgraph, ofGateway] of [
      [{ SUBGRAPH_SECRET: SECRET }, both],
      [both, { SUBGRAPH_SECRET: SECRET }],
    ] as const) {
      const served = await serve(ofSubgraph)
      const gateway = await startGateway([served.graphUrl], ofGateway)
      try {
        assert.deepEqual((await graphql(gateway.url, QUERY)).data, ANSWER)
      } finally {
        await gateway.close()
        await served.close()
      }
    }
  })

  test('asks another process when one is gone', async () => {
    const [one, two] = [await serve({ SUBGRAPH_SECRET: SECRET }), await serve({ SUBGRAPH_SECRET: SECRET })]
    const gateway = await startGateway([one.graphUrl, two.graphUrl], { SUBGRAPH_SECRET: SECRET })
    try {
      await one.close()
      for (let request = 0; request < 10; request++)
        assert.deepEqual((await graphql(gateway.url, QUERY)).data, ANSWER)
      assert.equal((await readyOf(gateway.url)).status, 200)
    } finally {
      await gateway.close()
      await two.close()
    }
  })
})

describe('a subgraph with certificates', () => {
  let directory: string
  const certificates: Record<'server' | 'client', NodeJS.ProcessEnv> = { server: {}, client: {} }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'roles-'))
    const identities = await createCertificates(directory)
    for (const side of ['server', 'client'] as const) {
      const { ca, cert, key } = identities[side]
      certificates[side] = { SUBGRAPH_TLS_CA: ca, SUBGRAPH_TLS_CERT: cert, SUBGRAPH_TLS_KEY: key }
    }
  })
  after(() => rm(directory, { recursive: true }))

  test('answers its gateway over TLS, and probes without a certificate', async () => {
    const served = await serve(certificates.server)
    const gateway = await startGateway([served.graphUrl], certificates.client)
    try {
      assert.match(served.graphUrl, /^https:/)
      assert.deepEqual((await graphql(gateway.url, QUERY)).data, ANSWER)
      assert.equal((await readyOf(served.url)).status, 200)
      await assert.rejects(fetch(served.graphUrl))
    } finally {
      await gateway.close()
      await served.close()
    }
  })

  test('is not to be reached over plain HTTP by mistake', async () => {
    await assert.rejects(
      async () => startGateway(['http://127.0.0.1:1'], certificates.client),
      /INCREMENTAL_URL: "http:\/\/127\.0\.0\.1:1" given, a URL such as https:\/\/host wanted\./,
    )
  })
})
