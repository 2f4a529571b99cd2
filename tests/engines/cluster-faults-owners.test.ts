import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisServer } from '#engines/redis-server.ts'
import { startTcpProxy, type TcpProxy } from '#engines/tcp-proxy.ts'
import { useCases } from '#use-cases/index.ts'
import { Redis } from 'ioredis'
import { until } from '../e2e/support/until.ts'
import { auditCluster } from './support/audit-cluster.ts'
import { ownerOf, sessionsOf } from './support/sessions-of.ts'
import { startTestCluster, type TestCluster } from './support/start-test-cluster.ts'

/** A busy machine takes its time. */
const PATIENCE_MS = 60_000

/** In the order in which the tests stand: each goes on where the one before left the processes. */
describe('who runs a session', { timeout: 600_000 }, () => {
  let run: TestCluster
  /** Between the first learner and Redis. */
  let proxy: TcpProxy
  const target = { host: '127.0.0.1', port: 0 }
  const ids = useCases.map(({ id }) => id)
  const owners = () => ids.map(id => ownerOf(run.ports.control, id))
  const takeovers = () =>
    [...sessionsOf(run.ports.control).values()].reduce((sum, { recoveries }) => sum + recoveries, 0)
  const predict = (since: number, withinMs = PATIENCE_MS) =>
    Promise.all(ids.map(id => run.watch.madeAfter(id, since, withinMs)))
  const saidBy = (name: string, since: number) =>
    run.lines.slice(since).filter(line => line.includes(` ${name} `))
  const anOwner = () => until('an owner', () => owners().find(name => name !== null))
  /** Waits until another process runs all sessions, and they predict; milliseconds since `from`. */
  const movedFrom = async (first: string, from: number) => {
    const hasMoved = () => owners().every(name => name !== null && name !== first)
    await until(`another than ${first} runs all sessions`, hasMoved, { withinMs: PATIENCE_MS })
    await predict(Date.now())
    return Date.now() - from
  }

  before(async () => {
    proxy = await startTcpProxy({ target })
    run = await startTestCluster({
      incremental: 2,
      seed: 'owners',
      envOf(name, { redis }) {
        if (name !== 'incremental-1') return {}
        target.port = redis.port
        const url = new URL(redis.url)
        url.port = String(proxy.port)
        return { REDIS_URL: url.href }
      },
    })
  })
  after(async () => {
    await run?.[Symbol.asyncDispose]()
    await proxy?.stop()
  })

  test('SIGTERM of the owner hands its sessions over at once', async t => {
    const figures: number[] = []
    for (let i = 0; i < 3; i++) {
      const name = await anOwner()
      const before = takeovers()
      const from = Date.now()
      const stopped = run.cluster.role(name).stop()
      figures.push(await movedFrom(name, from))
      assert.equal(await stopped, 0)
      assert.equal(takeovers(), before, 'a session that was put down is not lost')
      await run.cluster.role(name).restart()
    }
    t.diagnostic(`handed over after ${figures.join(', ')} ms`)
  })

  test('an owner that was frozen for longer than its lease publishes nothing more and lets go', async t => {
    const frozen = await anOwner()
    const role = run.cluster.role(frozen)
    const { pid } = role
    const since = run.lines.length
    const from = Date.now()
    process.kill(pid, 'SIGSTOP')
    const ms = await movedFrom(frozen, from)
    process.kill(pid, 'SIGCONT')
    await until('it to let go', () =>
      saidBy(frozen, since).some(line => line.includes('another process runs the session now')),
    )
    await until('it to be ready', async () => (await fetch(`${role.url}/readyz`)).ok)
    await predict(Date.now())
    assert.equal(role.pid, pid)
    assert.ok(!owners().includes(frozen))
    assert.deepEqual(run.watch.problems, [])
    t.diagnostic(`taken over after ${ms} ms`)
  })

  test('an owner that is cut off from the cache only is fenced by the log', async t => {
    await run.cluster.role('incremental-2').stop()
    await movedFrom('incremental-2', Date.now())
    await run.cluster.role('incremental-2').restart()
    const since = run.lines.length
    const from = Date.now()
    await proxy.refuse(true)
    proxy.reset()
    const ms = await movedFrom('incremental-1', from)
    await until('it to let go', () =>
      saidBy('incremental-1', since).some(line => line.includes('another process runs the session now')),
    )
    await proxy.refuse(false)
    await predict(Date.now())
    assert.deepEqual(run.watch.problems, [])
    t.diagnostic(`taken over after ${ms} ms`)
  })

  test('a cache that forgets everything moves no session', async () => {
    const before = owners()
    const count = takeovers()
    for (let i = 0; i < 6; i++) {
      await flush(run.cluster.redis)
      await sleep(900)
    }
    await sleep(5000)
    await predict(Date.now())
    assert.deepEqual([owners(), takeovers()], [before, count])
  })

  test('without the cache sessions go on where they are, and at most one moves when it is back', async t => {
    const count = takeovers()
    const before = owners()
    await run.cluster.redis.kill()
    for (let i = 0; i < 10; i++) {
      await sleep(2000)
      await predict(Date.now())
    }
    assert.deepEqual([owners(), takeovers()], [before, count])
    await run.cluster.redis.restart()
    await sleep(6000)
    await predict(Date.now())
    t.diagnostic(`${takeovers() - count} takeovers`)
    assert.ok(takeovers() - count <= 1)
  })

  test('without tracking learning goes on, and checkpoints and runs catch up', async () => {
    const { control, tracking } = run.ports
    const stored = () =>
      ids.map(id => {
        const session = sessionsOf(control).get(id)?.id
        return control.get<{ sequence: number }>(`checkpoint/${session}`)?.sequence ?? 0
      })
    await run.cluster.mlflow.kill()
    await sleep(12_000)
    const during = stored()
    await sleep(8000)
    assert.deepEqual(stored(), during, 'no checkpoint is named that is not stored')
    await predict(Date.now())
    const reached = ids.map(id => run.watch.count(id))
    await run.cluster.mlflow.restart()
    await until(
      'checkpoints of what was learned meanwhile',
      () => stored().every((sequence, i) => sequence >= (reached[i] as number)),
      { withinMs: 30_000 },
    )
    for (const [i, id] of ids.entries()) {
      const run = sessionsOf(control).get(id)?.run
      assert.ok(run, id)
      await until(
        `metrics of ${id} in its run`,
        async () => {
          const found = await tracking.run(run)
          return found?.metrics.some(({ step }) => step >= (reached[i] as number))
        },
        { withinMs: 30_000 },
      )
    }
  })

  test('nothing was lost or doubled on the way', async t => {
    const { acknowledged } = await run.end()
    const audits = await auditCluster({ cluster: run.cluster, acknowledged })
    for (const [useCase, { predictions, outcomes, recoveries }] of audits)
      t.diagnostic(`${useCase}: ${predictions} predictions, ${outcomes} outcomes, ${recoveries} recoveries`)
  })
})

async function flush({ url }: RedisServer): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true })
  await redis.connect()
  await redis.flushall()
  redis.disconnect()
}
