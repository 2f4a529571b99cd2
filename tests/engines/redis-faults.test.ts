import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type RedisOptions, openRedisCache } from '#adapters/cache/redis.ts'
import { startRedisCluster } from '#engines/redis-cluster.ts'
import { startRedisSentinel } from '#engines/redis-sentinel.ts'
import { startRedisServer } from '#engines/redis-server.ts'
import { startTcpProxy } from '#engines/tcp-proxy.ts'
import type { Cache } from '#ports/cache.ts'

const COMMAND_TIMEOUT_MS = 800
/** No command may take longer, whatever the engine does: the limit and the time that a busy machine adds to it. */
const BOUND_MS = COMMAND_TIMEOUT_MS + 700
const RECOVERY_MS = 15_000

interface Watched {
  cache: Cache
  notices: string[]
  /** Messages heard on channel `news`, as their first byte. */
  heard: number[]
}

const withCache = async (options: RedisOptions, run: (watched: Watched) => Promise<void>): Promise<void> => {
  const notices: string[] = []
  const heard: number[] = []
  await using cache = await openRedisCache({
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    onNotice: (level, message) => notices.push(`${level}: ${message}`),
    ...options,
  })
  await using _subscription = await cache.subscribe('news', message => heard.push(message[0] ?? -1))
  await run({ cache, notices, heard })
}

/** Uses every method while the engine is away: each rejects in time, with the code of an outage. */
const assertOutage = async (cache: Cache): Promise<void> => {
  const bytes = Uint8Array.of(1)
  const methods: (() => Promise<unknown>)[] = [
    () => cache.get('key'),
    () => cache.set('key', bytes),
    () => cache.delete('key'),
    () => cache.publish('news', bytes),
    () => cache.acquireLease('lease', 'a', 1000),
    () => cache.releaseLease('lease', 'a'),
    () => cache.leaseHolder('lease'),
    () => cache.takeTokens('bucket', { capacity: 1, refillPerSecond: 1 }),
  ]
  for (const method of methods) {
    const begun = performance.now()
    await assert.rejects(method(), { code: 'ENGINE_UNREACHABLE' })
    const ms = performance.now() - begun
    assert.ok(ms < BOUND_MS, `${method} took ${ms} ms.`)
  }
}

const untilTrue = async (what: string, done: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = performance.now() + RECOVERY_MS
  while (!(await done())) {
    if (performance.now() > deadline) assert.fail(`Waited ${RECOVERY_MS} ms for ${what}.`)
    await sleep(20)
  }
}

/** Works again by itself, subscriptions too, and says so once. */
const assertRecovery = async ({ cache, notices, heard }: Watched): Promise<void> => {
  const works = () =>
    cache.set('again', Uint8Array.of(7)).then(
      () => true,
      () => false,
    )
  await untilTrue('a command to succeed', works)
  assert.deepEqual(await cache.get('again'), Uint8Array.of(7))
  const before = heard.length
  await untilTrue('a message', async () => {
    await cache.publish('news', Uint8Array.of(9)).catch(() => {})
    return heard.length > before
  })
  await untilTrue('the notice', () => notices.length === 2)
  assert.match(notices[0] ?? '', /^warn: .*Going on without the cache/)
  assert.match(notices[1] ?? '', /^info: .*is back after/)
}

describe('a Redis that forgets', () => {
  test('a flush loses values, refills buckets, and gives leases a higher term', async () => {
    await using server = await startRedisServer()
    await withCache({ url: server.url }, async ({ cache, notices }) => {
      await cache.set('model', Uint8Array.of(1))
      const lease = await cache.acquireLease('lease', 'a', 60_000)
      await cache.releaseLease('lease', 'a')
      const second = await cache.acquireLease('lease', 'b', 60_000)
      await cache.takeTokens('bucket', { capacity: 1, refillPerSecond: 0.001 })
      const admin = new Redis(server.url)
      await admin.call('FLUSHALL')
      await admin.call('SCRIPT', 'FLUSH')
      admin.disconnect()
      assert.equal(await cache.get('model'), null)
      assert.equal(await cache.leaseHolder('lease'), null)
      assert.equal((await cache.takeTokens('bucket', { capacity: 1, refillPerSecond: 0.001 })).taken, true)
      const taken = await cache.acquireLease('lease', 'c', 60_000)
      assert.equal(second?.term, (lease?.term ?? 0) + 1)
      assert.ok(taken && second && taken.term > second.term, `${taken?.term} after ${second?.term}`)
      assert.equal(await cache.acquireLease('lease', 'b', 60_000), null)
      assert.deepEqual(notices, [])
    })
  })

  test('an evicted lease goes to a second owner under a higher term, and the first learns it when it renews', async () => {
    await using server = await startRedisServer({
      args: ['--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-lru'],
    })
    await withCache({ url: server.url }, async ({ cache, notices }) => {
      assert.match(notices[0] ?? '', /may evict leases \(maxmemory-policy allkeys-lru\)/)
      const first = await cache.acquireLease('lease', 'a', 600_000)
      for (let index = 0; (await cache.leaseHolder('lease')) !== null; index += 1) {
        assert.ok(index < 2000, 'Nothing was evicted.')
        for (let part = 0; part < 50; part += 1)
          await cache.set(`filler ${index} ${part}`, new Uint8Array(20_000))
      }
      const second = await cache.acquireLease('lease', 'b', 600_000)
      assert.ok(first && second && second.term > first.term)
      assert.equal(await cache.acquireLease('lease', 'a', 600_000), null)
    })
  })

  test('a volatile policy evicts values and spares leases', async () => {
    await using server = await startRedisServer({
      args: ['--maxmemory', '4mb', '--maxmemory-policy', 'volatile-lru'],
    })
    await withCache({ url: server.url }, async ({ cache, notices }) => {
      const lease = await cache.acquireLease('lease', 'a', 600_000)
      const ttlMs = 600_000
      for (let index = 0; index < 1000; index += 1)
        await cache.set(`filler ${index}`, new Uint8Array(20_000), { ttlMs })
      assert.equal(await cache.get('filler 0'), null)
      assert.deepEqual(await cache.leaseHolder('lease'), lease)
      assert.deepEqual(notices, [])
    })
  })

  test('a full server that may not evict refuses writes, says what to set, and goes on reading', async () => {
    await using server = await startRedisServer({
      args: ['--maxmemory', '4mb', '--maxmemory-policy', 'noeviction'],
    })
    await withCache({ url: server.url }, async ({ cache, notices }) => {
      assert.match(notices[0] ?? '', /noeviction/)
      await cache.set('model', Uint8Array.of(1))
      const fill = async () => {
        for (let index = 0; index < 1000; index += 1)
          await cache.set(`filler ${index}`, new Uint8Array(20_000))
      }
      await assert.rejects(fill(), { code: 'ENGINE_UNREACHABLE', message: /no memory left.*maxmemory/ })
      assert.deepEqual(await cache.get('model'), Uint8Array.of(1))
      await withCache({ url: server.url }, async ({ cache }) => {
        assert.deepEqual(await cache.get('model'), Uint8Array.of(1))
      })
    })
  })
})

describe('a Redis that goes away', () => {
  test('SIGKILL and restart: bounded failures, one notice, then everything again', async () => {
    await using server = await startRedisServer()
    await withCache({ url: server.url }, async watched => {
      for (let round = 0; round < 2; round += 1) {
        await server.kill()
        await untilTrue('the loss', () => watched.notices.length > 0)
        await assertOutage(watched.cache)
        await server.restart()
        await assertRecovery(watched)
        watched.notices.length = 0
      }
    })
  })

  test('a frozen server costs each command its time limit, no more', async () => {
    await using server = await startRedisServer()
    await withCache({ url: server.url }, async watched => {
      process.kill(server.pid, 'SIGSTOP')
      try {
        await assertOutage(watched.cache)
      } finally {
        process.kill(server.pid, 'SIGCONT')
      }
      await assertRecovery(watched)
    })
  })

  test('a listener that subscribes during an outage is heard after it', async () => {
    await using server = await startRedisServer()
    await withCache({ url: server.url }, async watched => {
      await server.kill()
      await untilTrue('the loss', () => watched.notices.length > 0)
      const late: number[] = []
      const begun = performance.now()
      await using _late = await watched.cache.subscribe('late', message => late.push(message[0] ?? -1))
      assert.ok(performance.now() - begun < BOUND_MS)
      await server.restart()
      await assertRecovery(watched)
      await watched.cache.publish('late', Uint8Array.of(5))
      await untilTrue('the message', () => late.length === 1)
    })
  })

  test('a failover by sentinels: the cache follows the new master', async () => {
    await using sentinel = await startRedisSentinel()
    const { sentinels, masterName: sentinelMaster, servers } = sentinel
    await withCache({ sentinels, sentinelMaster }, async watched => {
      await watched.cache.set('key', Uint8Array.of(1))
      await servers[0]!.kill()
      await untilTrue('the loss', () => watched.notices.length > 0)
      await assertOutage(watched.cache)
      await assertRecovery(watched)
      assert.equal(await sentinel.master(), servers[1])
    })
  })

  test('a cluster that loses a node and gets it back', async () => {
    await using cluster = await startRedisCluster()
    await withCache({ cluster: cluster.nodes }, async watched => {
      const failures = async () => {
        const tries = Array.from({ length: 30 }, async (_, index) => {
          const begun = performance.now()
          const failed = await watched.cache.set(`key ${index}`, Uint8Array.of(1)).then(
            () => 0,
            () => 1,
          )
          assert.ok(performance.now() - begun < BOUND_MS)
          return failed
        })
        return (await Promise.all(tries)).reduce((sum, failed) => sum + failed, 0)
      }
      assert.equal(await failures(), 0)
      await cluster.servers[1]!.kill()
      await untilTrue('the loss', async () => (await failures()) > 0)
      await cluster.servers[1]!.restart()
      await untilTrue('every slot', async () => (await failures()) === 0)
      await assertRecovery(watched)
    })
  })
})

describe('a bad network', () => {
  const behindProxy = async (
    run: (watched: Watched, proxy: Awaited<ReturnType<typeof startTcpProxy>>) => Promise<void>,
  ) => {
    await using server = await startRedisServer()
    await using proxy = await startTcpProxy({ target: server })
    await withCache({ url: `redis://127.0.0.1:${proxy.port}` }, watched => run(watched, proxy))
  }

  test('latency with jitter: all answers come, in order', () =>
    behindProxy(async ({ cache, notices }, proxy) => {
      proxy.setLatency(30, 40, 3)
      const keys = Array.from({ length: 50 }, (_, index) => `key ${index}`)
      await Promise.all(keys.map((key, index) => cache.set(key, Uint8Array.of(index))))
      const values = await Promise.all(keys.map(key => cache.get(key)))
      assert.deepEqual(
        values.map(value => value?.[0]),
        keys.map((_, index) => index),
      )
      assert.deepEqual(notices, [])
    }))

  test('values of 10 MB pass a slow line', () =>
    behindProxy(async ({ cache }, proxy) => {
      proxy.setBandwidth(40_000_000)
      const value = Uint8Array.from({ length: 10_000_000 }, (_, index) => index % 251)
      await cache.set('model', value)
      assert.deepEqual(await cache.get('model'), value)
    }))

  test('a black hole: bounded failures, and recovery without a restart', () =>
    behindProxy(async (watched, proxy) => {
      proxy.blackhole(true)
      await assertOutage(watched.cache)
      proxy.blackhole(false)
      await assertRecovery(watched)
    }))

  test('a refusal behind resets: the same', () =>
    behindProxy(async (watched, proxy) => {
      await proxy.refuse(true)
      proxy.reset()
      await untilTrue('the loss', () => watched.notices.length > 0)
      await assertOutage(watched.cache)
      await proxy.refuse(false)
      await assertRecovery(watched)
    }))

  test('resets again and again lose commands, not the cache, and are one outage', () =>
    behindProxy(async (watched, proxy) => {
      for (let round = 0; round < 20; round += 1) {
        proxy.reset()
        await watched.cache.get('key').catch(error => assert.equal(error.code, 'ENGINE_UNREACHABLE'))
        await sleep(40)
      }
      await assertRecovery(watched)
    }))

  test('a disposal during a black hole takes less than a second', () =>
    behindProxy(async ({ cache, notices }, proxy) => {
      proxy.blackhole(true)
      const pending = assert.rejects(cache.get('key'), { code: 'CACHE_CLOSED' })
      await sleep(50)
      const begun = performance.now()
      await cache[Symbol.asyncDispose]()
      assert.ok(performance.now() - begun < 1000)
      await pending
      assert.deepEqual(notices, [])
    }))
})
