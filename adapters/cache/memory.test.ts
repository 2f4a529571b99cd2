import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheContract } from '#ports/cache.contract.ts'
import { createMemoryCache } from './memory.ts'

cacheContract({ name: 'in-process', open: async () => createMemoryCache() })

test('a full cache forgets the least recently used value', async () => {
  await using cache = createMemoryCache({ maxBytes: 3 * 1100 })
  for (const key of ['a', 'b', 'c']) await cache.set(key, new Uint8Array(1000))
  await cache.get('a')
  await cache.set('d', new Uint8Array(1000))
  const kept = await Promise.all(['a', 'b', 'c', 'd'].map(async key => (await cache.get(key)) !== null))
  assert.deepEqual(kept, [true, false, true, true])
})

test('a value larger than the whole cache replaces nothing but its own key', async () => {
  await using cache = createMemoryCache({ maxBytes: 5000 })
  await cache.set('small', new Uint8Array(1000))
  await cache.set('large', new Uint8Array(10))
  await cache.set('large', new Uint8Array(9000))
  assert.equal(await cache.get('large'), null)
  assert.equal((await cache.get('small'))?.length, 1000)
})

test('a listener that throws does not keep a message from the others', async t => {
  const warning = t.mock.method(process, 'emitWarning', () => {})
  await using cache = createMemoryCache()
  let heard = 0
  await cache.subscribe('news', () => {
    throw new Error('Listener failed.')
  })
  await cache.subscribe('news', () => {
    heard += 1
  })
  await cache.publish('news', new Uint8Array(1))
  await Promise.resolve()
  assert.equal(heard, 1)
  assert.equal(warning.mock.callCount(), 1)
})

test('time to live and leases follow the clock that was given', async () => {
  let time = 1000
  await using cache = createMemoryCache({ now: () => time })
  await cache.set('key', new Uint8Array(1), { ttlMs: 500 })
  assert.equal((await cache.acquireLease('lease', 'a', 500))?.expiresAt, 1500)
  time = 1499
  assert.ok(await cache.get('key'))
  assert.ok(await cache.leaseHolder('lease'))
  time = 1500
  assert.equal(await cache.get('key'), null)
  assert.equal(await cache.leaseHolder('lease'), null)
})
