import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import type { Cache } from '#ports/cache.ts'
import { createServiceHeartbeat } from '#subgraphs/heartbeat.ts'
import type { ServiceReport } from '#subgraphs/service-status.ts'
import { FORGET_MS, openRemoteServices } from './remote-services.ts'
import { createServiceRegistry } from './service-registry.ts'

const SWEEP_MS = 5

async function bench() {
  let time = 1_000_000
  const now = () => time
  const memory = createMemoryCache({ now })
  let away = false
  const cache: Cache = {
    ...memory,
    get: key => (away ? Promise.reject(new Error('away')) : memory.get(key)),
  }
  const remote = await openRemoteServices({ cache, sweepMs: SWEEP_MS, now })
  const registry = createServiceRegistry({ role: 'observability', instance: 'me', version: '1', remote, now })
  const report: ServiceReport = { state: 'UP', message: null }
  const service = (instance: string, name = 'gateway', probe = () => report as ServiceReport | null) =>
    createServiceHeartbeat({ cache, name, role: name, instance, version: '1', probe, now, intervalMs: 2000 })
  const states = () => registry.statuses().map(({ name, instance, state }) => `${name} ${instance} ${state}`)
  return {
    registry,
    service,
    states,
    pass: async (ms: number) => {
      time += ms
      await swept()
    },
    cacheAway: async (is: boolean) => {
      away = is
      await swept()
    },
    end: async () => {
      registry[Symbol.dispose]()
      await remote[Symbol.asyncDispose]()
    },
  }
}

/** Long enough for two looks at what is overdue. */
const swept = () => new Promise(resolve => setTimeout(resolve, SWEEP_MS * 4))

describe('the services of a deployment', () => {
  it('are those of this process and those that are heard, each once, sorted', async () => {
    const { registry, service, states, end } = await bench()
    registry.register('observability', () => ({ state: 'UP', message: null }), 'http://here')
    await using _a = service('b')
    await using _b = service('a')
    await using _own = service('me', 'observability', () => ({ state: 'DOWN', message: 'older' }))
    await Promise.resolve()
    assert.deepEqual(states(), ['gateway a UP', 'gateway b UP', 'observability me UP'])
    const [, , here] = registry.statuses()
    assert.deepEqual(
      [here?.url, here?.role, here?.process.pid],
      ['http://here', 'observability', process.pid],
    )
    await end()
  })

  it('are LOST when their heartbeat stops, and forgotten after a while', async () => {
    const { registry, service, states, pass, end } = await bench()
    // Its own next heartbeat would come in 2 s of real time, long after this test.
    await using killed = service('a')
    await killed.beat()
    await pass(6000)
    assert.deepEqual(states(), ['gateway a UP'])
    await pass(1)
    assert.deepEqual(states(), ['gateway a LOST'])
    const [lost] = registry.statuses()
    assert.deepEqual(
      [lost?.since, lost?.message],
      [1_006_001, `No heartbeat since ${new Date(1_000_000).toISOString()}.`],
    )
    await pass(FORGET_MS)
    assert.deepEqual(states(), ['gateway a LOST'])
    await pass(1)
    assert.deepEqual(states(), [])
    await end()
  })

  it('come back when they are heard again', async () => {
    const { service, states, pass, end } = await bench()
    await using again = service('a')
    await again.beat()
    await pass(6001)
    assert.deepEqual(states(), ['gateway a LOST'])
    await again.beat()
    assert.deepEqual(states(), ['gateway a UP'])
    await end()
  })

  it('go at once when they leave in order', async () => {
    const { service, states, end } = await bench()
    const leaving = service('a')
    await leaving.beat()
    assert.deepEqual(states(), ['gateway a UP'])
    await leaving[Symbol.asyncDispose]()
    assert.deepEqual(states(), [])
    await end()
  })

  it('are not declared lost while the cache does not answer, nor before they had time to come back to it', async () => {
    const { registry, service, states, pass, cacheAway, end } = await bench()
    await using heard = service('a')
    await heard.beat()
    await cacheAway(true)
    await pass(60_000)
    assert.deepEqual(states(), ['gateway a UP'])
    assert.match(registry.statuses()[0]?.message ?? '', /^Last heard .* the cache does not answer\.$/)
    await cacheAway(false)
    assert.deepEqual(states(), ['gateway a UP'])
    assert.equal(registry.statuses()[0]?.message, null)
    await pass(6001)
    assert.deepEqual(states(), ['gateway a LOST'])
    await end()
  })

  it('of this process say since when their state holds, and are not shown while they are elsewhere', async () => {
    const { registry, states, pass, end } = await bench()
    let report: ServiceReport | null = { state: 'UP', message: null }
    registry.register('learner/TFD', () => report)
    await pass(5000)
    assert.equal(registry.statuses()[0]?.since, 1_000_000)
    report = { state: 'DEGRADED', message: 'PAUSED' }
    assert.equal(registry.statuses()[0]?.since, 1_005_000)
    report = null
    assert.deepEqual(states(), [])
    await end()
  })
})
