import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTokenBuckets } from './token-buckets.ts'

test('tokens flow in by the clock that was given', () => {
  let time = 0
  const buckets = createTokenBuckets({ now: () => time })
  const options = { capacity: 10, refillPerSecond: 4 }
  assert.deepEqual(buckets.take('a', { ...options, cost: 10 }), { taken: true, left: 0, retryAfterMs: 0 })
  assert.deepEqual(buckets.take('a', { ...options, cost: 3 }), { taken: false, left: 0, retryAfterMs: 750 })
  time = 749
  assert.equal(buckets.take('a', { ...options, cost: 3 }).taken, false)
  time = 750
  assert.equal(buckets.take('a', { ...options, cost: 3 }).taken, true)
  time = 100_000
  assert.equal(buckets.take('a', options).left, 9)
  time = 0
  assert.equal(buckets.take('a', options).left, 8)
})

test('whatever is asked, no more is taken than capacity and refill give, and a refused taker gets it after the wait', () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 3000 }), cost: fc.integer({ min: 1, max: 7 }) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), steps => {
      let time = 0
      let total = 0
      const buckets = createTokenBuckets({ now: () => time })
      const options = { capacity: 5, refillPerSecond: 3 }
      for (const { wait, cost } of steps) {
        time += wait
        const { taken, left, retryAfterMs } = buckets.take('a', { ...options, cost })
        if (taken) total += cost
        assert.ok(left >= 0 && left <= 5)
        assert.ok(total <= 5 + (time * 3) / 1000 + 1e-6)
        if (taken || cost > 5) continue
        time += retryAfterMs
        assert.ok(buckets.take('a', { ...options, cost }).taken)
        total += cost
      }
    }),
    { seed: 1 },
  )
})

test('full buckets are forgotten, others are kept', () => {
  let time = 0
  const buckets = createTokenBuckets({ now: () => time })
  buckets.take('kept', { capacity: 10, refillPerSecond: 0.001, cost: 5 })
  for (let index = 0; index < 5000; index += 1) {
    time += 10
    buckets.take(`${index}`, { capacity: 10, refillPerSecond: 1000 })
  }
  assert.ok(buckets.size < 1100, `${buckets.size} buckets`)
  assert.equal(buckets.take('kept', { capacity: 10, refillPerSecond: 0.001, cost: 6 }).taken, false)
})
