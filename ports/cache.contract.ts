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

    specification('hands out values that begin their own ArrayBuffer', async cache => {
      for (const length of [1, 5000, 1_000_000]) {
        await cache.set('key', new Uint8Array(length).fill(7))
        const value = await cache.get('key')
        assert.deepEqual([value?.byteOffset, value?.buffer.byteLength], [0, length])
        assert.equal(value?.constructor, Uint8Array)
        assert.equal(value[length - 1], 7)
      }
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
      await assert.rejects(cache.set('key', bytes(1), { ttlMs: Number.NaN }), { code: 'INVALID_ARGUMENT' })
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

    specification('gives a lease that many ask for at once to one of them', async cache => {
      const owners = Array.from({ length: 20 }, (_, index) => `owner ${index}`)
      const leases = await Promise.all(owners.map(owner => cache.acquireLease('lease', owner, 60_000)))
      const taken = leases.filter(lease => lease !== null)
      assert.equal(taken.length, 1)
      assert.deepEqual(await cache.leaseHolder('lease'), taken[0])
    })

    tokenSpecifications(specification)

    it('refuses to work once disposed of', async () => {
      const cache = await open()
      await cache[Symbol.asyncDispose]()
      await assert.rejects(cache.get('key'), { code: 'CACHE_CLOSED' })
      await assert.rejects(cache.set('key', bytes(1)), { code: 'CACHE_CLOSED' })
      await assert.rejects(
        cache.subscribe('news', () => {}),
        { code: 'CACHE_CLOSED' },
      )
      await cache[Symbol.asyncDispose]()
    })
  })
}

/** So slow that no test sees a whole token flow in. */
const SLOW = 0.001

const tokenSpecifications = (
  specification: (title: string, run: (cache: Cache) => Promise<void>) => void,
): void => {
  specification('begins a token bucket full, and takes one token by default', async cache => {
    const first = await cache.takeTokens('bucket', { capacity: 10, refillPerSecond: SLOW })
    assert.deepEqual(first, { taken: true, left: 9, retryAfterMs: 0 })
    const rest = await cache.takeTokens('bucket', { capacity: 10, refillPerSecond: SLOW, cost: 9 })
    assert.equal(rest.taken, true)
    assert.equal(Math.floor(rest.left), 0)
    const other = await cache.takeTokens('another', { capacity: 2.5, refillPerSecond: SLOW, cost: 2 })
    assert.deepEqual(other, { taken: true, left: 0.5, retryAfterMs: 0 })
  })

  specification('takes all tokens or none, and says how long to wait', async cache => {
    const options = { capacity: 10, refillPerSecond: 0.5 }
    await cache.takeTokens('bucket', { ...options, cost: 8 })
    const refused = await cache.takeTokens('bucket', { ...options, cost: 5 })
    assert.equal(refused.taken, false)
    assert.equal(Math.floor(refused.left), 2)
    // Three tokens are missing, less what has flowed in since.
    assert.ok(refused.retryAfterMs > 4000 && refused.retryAfterMs <= 6000, `${refused.retryAfterMs} ms`)
    assert.equal((await cache.takeTokens('bucket', { ...options, cost: 2 })).taken, true)
  })

  specification('refills a bucket steadily, up to its capacity', async cache => {
    const options = { capacity: 4, refillPerSecond: 50 }
    await cache.takeTokens('bucket', { ...options, cost: 4 })
    const refused = await cache.takeTokens('bucket', { ...options, cost: 4 })
    assert.equal(refused.taken, false)
    await sleep(refused.retryAfterMs + 100)
    const taken = await cache.takeTokens('bucket', { ...options, cost: 4 })
    assert.deepEqual(taken, { taken: true, left: 0, retryAfterMs: 0 })
  })

  specification('never has enough for a cost above the capacity', async cache => {
    const refused = await cache.takeTokens('bucket', { capacity: 3, refillPerSecond: 1, cost: 4 })
    assert.deepEqual(refused, { taken: false, left: 3, retryAfterMs: Number.POSITIVE_INFINITY })
    assert.equal((await cache.takeTokens('bucket', { capacity: 3, refillPerSecond: 1, cost: 3 })).taken, true)
  })

  specification('gives many who ask at once no more tokens than there are', async cache => {
    const options = { capacity: 30, refillPerSecond: SLOW }
    const takers = Array.from({ length: 100 }, () => cache.takeTokens('bucket', options))
    assert.equal((await Promise.all(takers)).filter(({ taken }) => taken).length, 30)
  })

  specification('refuses a bucket whose numbers are not positive', async cache => {
    const good = { capacity: 1, refillPerSecond: 1, cost: 1 }
    for (const name of ['capacity', 'refillPerSecond', 'cost']) {
      for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await assert.rejects(cache.takeTokens('bucket', { ...good, [name]: value }), {
          code: 'INVALID_ARGUMENT',
        })
      }
    }
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
