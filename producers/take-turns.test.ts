import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { Cache } from '#ports/cache.ts'
import { PRODUCER_LEASE } from '#use-cases/producer-protocol.ts'
import { takeTurns } from './take-turns.ts'

const RENEW_MS = 5

/** Processes that share a log and a cache; `active` are those that generate. */
function setUp() {
  const log = createMemoryEventLog()
  const cache = createMemoryCache()
  const active = new Set<string>()
  let most = 0
  async function start(instance: string, { through = cache }: { through?: Cache } = {}) {
    const control = await openControl(log)
    return takeTurns({
      cache: through,
      control,
      instance,
      renewMs: RENEW_MS,
      notice: (level, message) => assert.notEqual(level, 'error', message),
      async begin() {
        active.add(instance)
        most = Math.max(most, active.size)
        return { [Symbol.asyncDispose]: async () => void active.delete(instance) }
      },
    })
  }
  return { cache, active, start, most: () => most }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 1))
}

test('one of several processes generates, and when it ends in order the next begins', async () => {
  const { active, start, most } = setUp()
  const one = await start('one')
  await until(() => one.isActive())
  await using two = await start('two')
  await new Promise(resolve => setTimeout(resolve, 5 * RENEW_MS))
  assert.deepEqual([...active], ['one'])
  await one[Symbol.asyncDispose]()
  await until(() => two.isActive())
  assert.deepEqual([...active], ['two'])
  assert.equal(most(), 1)
})

test('while the cache is away whoever generates goes on, and nobody else begins', async () => {
  const { cache, active, start } = setUp()
  const away = { ...cache, acquireLease: () => Promise.reject(new Error('The cache is away.')) }
  let isAway = false
  const through = {
    ...cache,
    acquireLease: (...args: Parameters<Cache['acquireLease']>) =>
      (isAway ? away : cache).acquireLease(...args),
  }
  await using one = await start('one', { through })
  await until(() => one.isActive())
  isAway = true
  await using _two = await start('two', { through })
  await new Promise(resolve => setTimeout(resolve, 5 * RENEW_MS))
  assert.deepEqual([...active], ['one'])
})

test('a lease that the cache forgot goes to one of them, and the one before ends', async () => {
  const { cache, active, start } = setUp()
  let isAway = false
  const through = {
    ...cache,
    acquireLease: (...args: Parameters<Cache['acquireLease']>) =>
      isAway ? Promise.reject(new Error('The cache is away.')) : cache.acquireLease(...args),
  }
  await using one = await start('one', { through })
  await until(() => one.isActive())
  // This one can't ask; the other takes the lease, and control tells.
  isAway = true
  await cache.releaseLease(PRODUCER_LEASE, 'one')
  await using two = await start('two')
  await until(() => two.isActive() && !one.isActive())
  assert.deepEqual([...active], ['two'])
})

test('one whose lease another holds ends by itself', async () => {
  const { cache, active, start } = setUp()
  await using one = await start('one')
  await until(() => one.isActive())
  await cache.releaseLease(PRODUCER_LEASE, 'one')
  await cache.acquireLease(PRODUCER_LEASE, 'somebody', 60_000)
  await until(() => !one.isActive())
  assert.equal(active.size, 0)
})
