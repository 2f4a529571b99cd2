import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { createGateway } from '#gateway/create-gateway.ts'
import { localSubgraph } from '#gateway/subgraphs/local-subgraph.ts'
import { Registry } from 'prom-client'
import { createFixture } from './fixtures.ts'

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
      ...subgraphsOf(),
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
      createGateway({ ...options(), ...subgraphsOf(), supergraphSdl, port, portIsExplicit })
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

function subgraphsOf() {
  const { subgraphs } = createFixture()
  return {
    subgraphs: Object.fromEntries(subgraphs.map(({ name, schema }) => [name, localSubgraph({ schema })])),
  }
}
