import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '#learn/math/random.ts'
import { useCases } from '#use-cases/index.ts'
import { auditCluster } from './support/audit-cluster.ts'
import { type ProxiedEngines, startProxiedEngines } from './support/start-proxied-engines.ts'
import { startTestCluster, type TestCluster } from './support/start-test-cluster.ts'

/** Most milliseconds from the end of a fault to the next prediction, on a machine that is busy with everything at once. */
const PATIENCE_MS = 60_000

/** In the order in which the tests stand: each goes on where the one before left the processes. */
describe('a bad network between roles and engines', { timeout: 600_000 }, () => {
  let engines: ProxiedEngines
  let run: TestCluster
  const all = () => Object.values(engines.proxies)
  /** Milliseconds until every session predicts again. */
  const recovered = async () => {
    const from = Date.now()
    const readAt = await Promise.all(useCases.map(({ id }) => run.watch.madeAfter(id, from, PATIENCE_MS)))
    return Math.max(...readAt) - from
  }

  before(async () => {
    engines = await startProxiedEngines()
    run = await startTestCluster({ engines, incremental: 2, seed: 'network' })
  })
  after(async () => {
    try {
      await run?.[Symbol.asyncDispose]()
    } finally {
      await engines?.[Symbol.asyncDispose]()
    }
  })

  test('latency and jitter slow it down', async () => {
    for (const [i, proxy] of all().entries()) proxy.setLatency(20, 30, i)
    for (let i = 0; i < 3; i++) {
      await sleep(2000)
      await recovered()
    }
    for (const proxy of all()) proxy.setLatency(0)
    await recovered()
  })

  test('connections that are reset again and again are made anew', async () => {
    const random = createRandom('resets')
    for (let i = 0; i < 24; i++) {
      await sleep(random.next() * 600)
      all()[i % 3]?.reset()
    }
    await recovered()
  })

  test('silence of each engine, and of all at once, is waited out', async t => {
    const { kafka, redis, mlflow } = engines.proxies
    const figures: string[] = []
    for (const { name, proxies, ms } of [
      { name: 'Kafka 5 s', proxies: [kafka], ms: 5000 },
      { name: 'Redis 8 s', proxies: [redis], ms: 8000 },
      { name: 'MLflow 8 s', proxies: [mlflow], ms: 8000 },
      { name: 'all 12 s', proxies: [kafka, redis, mlflow], ms: 12_000 },
      { name: 'Kafka 20 s', proxies: [kafka], ms: 20_000 },
    ]) {
      for (const proxy of proxies) proxy.blackhole(true)
      await sleep(ms)
      for (const proxy of proxies) proxy.blackhole(false)
      figures.push(`${name}: ${await recovered()} ms`)
    }
    t.diagnostic(`back after silence of ${figures.join(', ')}`)
  })

  test('nothing was lost or doubled on the way', async t => {
    const { acknowledged } = await run.end()
    const audits = await auditCluster({ cluster: run.cluster, acknowledged })
    for (const [useCase, { predictions, outcomes, recoveries }] of audits)
      t.diagnostic(`${useCase}: ${predictions} predictions, ${outcomes} outcomes, ${recoveries} recoveries`)
  })
})
