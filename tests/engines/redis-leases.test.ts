import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openRedisCache } from '#adapters/cache/redis.ts'
import { startRedisCluster } from '#engines/redis-cluster.ts'
import { startRedisSentinel } from '#engines/redis-sentinel.ts'
import { startRedisServer } from '#engines/redis-server.ts'
import type { Lease } from '#ports/cache.ts'

const TTL_MS = 400

/** A process that fights for the lease; `answers` grows while it runs. */
const startContender = (url: string, owner: string, skewMs: number) => {
  const script = fileURLToPath(new URL('redis-lease-process.ts', import.meta.url))
  const args = [script, url, owner, `${TTL_MS}`, '20', `${skewMs}`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const answers: Partial<Lease>[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) answers.push(JSON.parse(line))
  })
  return {
    owner,
    answers,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGCONT')
      if (child.kill('SIGKILL')) await gone
    },
  }
}

const until = async (what: string, done: () => boolean) => {
  const deadline = performance.now() + 20_000
  while (!done()) {
    if (performance.now() > deadline) assert.fail(`Waited 20 s for ${what}.`)
    await sleep(5)
  }
}

const isLease = (answer: Partial<Lease>): answer is Lease => typeof answer.term === 'number'

test('processes that fight for a lease and freeze never hold it at the same time of the server', async () => {
  await using server = await startRedisServer()
  await using stack = new AsyncDisposableStack()
  const contenders = [-3_600_000, 0, 3_600_000].map((skewMs, index) =>
    stack.use(startContender(server.url, `owner ${index}`, skewMs)),
  )
  await until('all to ask', () => contenders.every(({ answers }) => answers.length > 0))
  const newest = () =>
    contenders
      .flatMap(({ answers }) => answers.filter(isLease).slice(-1))
      .sort((a, b) => b.term - a.term || b.expiresAt - a.expiresAt)[0]
  for (let round = 0; round < 8; round += 1) {
    await until('a holder', () => newest() !== undefined)
    const lease = newest() as Lease
    const holder = contenders.find(({ owner }) => owner === lease.owner)!
    holder.signal('SIGSTOP')
    await until('another holder', () => (newest() as Lease).owner !== lease.owner)
    holder.signal('SIGCONT')
    const seen = holder.answers.length
    await until('the frozen one to ask again', () => holder.answers.length > seen + 2)
    const after = holder.answers.slice(seen)
    assert.ok(
      after.some(({ owner }) => owner === null),
      `It was not told: ${JSON.stringify(after)}`,
    )
  }

  const leases = contenders.flatMap(({ answers }) => answers.filter(isLease))
  const terms = Map.groupBy(leases, ({ term }) => term)
  assert.ok(terms.size >= 9, `${terms.size} changes of hands`)
  let end = 0
  let lastTerm = 0
  for (const [term, held] of [...terms].sort(([a], [b]) => a - b)) {
    assert.equal(new Set(held.map(({ owner }) => owner)).size, 1, `Term ${term} has two owners.`)
    if (lastTerm) assert.equal(term, lastTerm + 1)
    const begin = Math.min(...held.map(({ expiresAt }) => expiresAt)) - TTL_MS
    assert.ok(begin >= end, `Term ${term} began ${end - begin} ms before the one before it ended.`)
    end = Math.max(...held.map(({ expiresAt }) => expiresAt))
    lastTerm = term
  }
})

test('a process that disposes of its cache ends by itself, whatever the kind of Redis', async () => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startRedisServer())
  const sentinel = stack.use(await startRedisSentinel({ sentinels: 1, replicas: 0 }))
  const cluster = stack.use(await startRedisCluster())
  for (const options of [
    { url: server.url },
    { sentinels: sentinel.sentinels, sentinelMaster: sentinel.masterName },
    { cluster: cluster.nodes },
  ]) {
    const script = fileURLToPath(new URL('redis-dispose-process.ts', import.meta.url))
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    let disposedAt = 0
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part
      disposedAt ||= performance.now()
    })
    const code = await new Promise(resolve => child.once('exit', resolve))
    assert.equal(code, 0)
    assert.match(output, /disposed\n/)
    assert.ok(
      performance.now() - disposedAt < 1000,
      `${Object.keys(options)}: ${performance.now() - disposedAt} ms`,
    )
  }
})

test('a lease is renewed through another connection than took it', async () => {
  await using server = await startRedisServer()
  await using first = await openRedisCache({ url: server.url })
  await using second = await openRedisCache({ url: server.url })
  const taken = await first.acquireLease('lease', 'a', 60_000)
  assert.equal((await second.acquireLease('lease', 'a', 60_000))?.term, taken?.term)
  assert.equal(await second.acquireLease('lease', 'b', 60_000), null)
  await using other = await openRedisCache({ url: server.url, keyPrefix: 'other:' })
  assert.ok(await other.acquireLease('lease', 'b', 60_000))
})
