import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from './cache.ts'

export interface CacheContract {
  name: string
  /** A cache that shares nothing with the previous one. */
  open: () => Promise<Cache>
}

/** What every cache must do, whatever its engine. */
export const cacheContract = ({ name, open }: CacheContract): void => {
  const specification = (title: string, run: (cache: Cache) => Promise<void>) =>
    it(title, async () => {
      await using cache = await open()
      await run(cache)
    })

  describe(`${name} cache`, () => {
    specification('returns the value that was set, and null for what never was', async cache => {
      assert.equal(await cache.get('absent'), null)
      await cache.set('key', bytes(0, 255, 10))
      assert.deepEqual(plain(await cache.get('key')), [0, 255, 10])
      await cache.set('key', bytes())
      assert.deepEqual(plain(await cache.get('key')), [])
    })

    specification('keeps a value apart from the buffers of its callers', async cache => {
      const value = bytes(1, 2, 3)
      await cache.set('key', value)
      value[0] = 9
      const first = await cache.get('key')
      first![1] = 9
      assert.deepEqual(plain(await cache.get('key')), [1, 2, 3])
    })

    specification('deletes once', async cache => {
      await cache.set('key', bytes(1))
      assert.equal(await cache.delete('key'), true)
      assert.equal(await cache.delete('key'), false)
      assert.equal(await cache.get('key'), null)
    })

    specification('forgets a value after its time to live, and only then', async cache => {
      await cache.set('short', bytes(1), { ttlMs: 40 })
      await cache.set('long', bytes(2), { ttlMs: 60_000 })
      assert.deepEqual(plain(await cache.get('short')), [1])
      await sleep(60)
      assert.equal(await cache.get('short'), null)
      assert.equal(await cache.delete('short'), false)
      assert.deepEqual(plain(await cache.get('long')), [2])
    })

    specification('a new value without a time to live lifts the old one', async cache => {
      await cache.set('key', bytes(1), { ttlMs: 30 })
      await cache.set('key', bytes(2))
      await sleep(50)
      assert.deepEqual(plain(await cache.get('key')), [2])
    })

    specification('refuses a time to live that is not positive', async cache => {
      await assert.rejects(cache.set('key', bytes(1), { ttlMs: 0 }), { code: 'INVALID_ARGUMENT' })
      await assert.rejects(cache.acquireLease('lease', 'a', -1), { code: 'INVALID_ARGUMENT' })
    })

    specification('delivers a message to every subscriber of its channel, in order', async cache => {
      const first: number[][] = []
      const second: number[][] = []
      await using _first = await cache.subscribe('news', message => first.push(plain(message)))
      await using _second = await cache.subscribe('news', message => second.push(plain(message)))
      await using _other = await cache.subscribe('other', () => assert.fail('Wrong channel.'))
      await cache.publish('news', bytes(1))
      await cache.publish('news', bytes(2, 3))
      await until(() => first.length === 2 && second.length === 2)
      assert.deepEqual(
        [first, second],
        [
          [[1], [2, 3]],
          [[1], [2, 3]],
        ],
      )
    })

    specification('delivers nothing after a subscription is disposed of', async cache => {
      const kept: number[][] = []
      const dropped: number[][] = []
      await using _kept = await cache.subscribe('news', message => kept.push(plain(message)))
      const subscription = await cache.subscribe('news', message => dropped.push(plain(message)))
      await subscription[Symbol.asyncDispose]()
      await cache.publish('news', bytes(1))
      await until(() => kept.length === 1)
      assert.deepEqual(dropped, [])
    })

    specification('gives a lease to one owner at a time, and renews it under the same term', async cache => {
      const taken = await cache.acquireLease('lease', 'a', 60_000)
      assert.equal(taken?.owner, 'a')
      assert.equal(await cache.acquireLease('lease', 'b', 60_000), null)
      const renewed = await cache.acquireLease('lease', 'a', 120_000)
      assert.equal(renewed?.term, taken.term)
      assert.ok(renewed.expiresAt > taken.expiresAt)
      assert.deepEqual(await cache.leaseHolder('lease'), renewed)
      assert.equal((await cache.acquireLease('another', 'b', 60_000))?.owner, 'b')
    })

    specification('raises the term by one when a released lease changes hands', async cache => {
      const taken = await cache.acquireLease('lease', 'a', 60_000)
      assert.equal(await cache.releaseLease('lease', 'b'), false)
      assert.equal(await cache.releaseLease('lease', 'a'), true)
      assert.equal(await cache.releaseLease('lease', 'a'), false)
      assert.equal(await cache.leaseHolder('lease'), null)
      assert.equal((await cache.acquireLease('lease', 'b', 60_000))?.term, taken!.term + 1)
    })

    specification('lets another owner take an expired lease, under the next term', async cache => {
      const taken = await cache.acquireLease('lease', 'a', 40)
      await sleep(60)
      assert.equal(await cache.leaseHolder('lease'), null)
      assert.equal(await cache.releaseLease('lease', 'a'), false)
      assert.equal((await cache.acquireLease('lease', 'b', 60_000))?.term, taken!.term + 1)
      assert.equal(await cache.acquireLease('lease', 'a', 60_000), null)
    })

    it('refuses to work once disposed of', async () => {
      const cache = await open()
      await cache[Symbol.asyncDispose]()
      await assert.rejects(cache.get('key'), { code: 'CACHE_CLOSED' })
      await assert.rejects(cache.set('key', bytes(1)), { code: 'CACHE_CLOSED' })
    })
  })
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const plain = (value: Uint8Array | null): number[] => [...(value ?? assert.fail('No value.'))]

const until = async (done: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5000
  while (!done()) {
    if (performance.now() > deadline) assert.fail('Nothing happened within 5 s.')
    await sleep(1)
  }
}
