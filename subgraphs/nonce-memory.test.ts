import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createNonceMemory } from './nonce-memory.ts'

describe('the memory of nonces', () => {
  it('lets each pass once for as long as its signature is valid, and forgets it then', () => {
    let now = 1000
    const memory = createNonceMemory({ lifeMs: 100, now: () => now })
    assert.equal(memory.use('a', 1000), true)
    assert.equal(memory.use('a', 1000), false)
    now = 1099
    assert.equal(memory.use('b', 1099), true)
    assert.equal(memory.use('a', 1000), false)
    now = 1101
    assert.equal(memory.use('c', 1101), true)
    assert.equal(memory.size, 2)
  })

  it('holds no more than `max`, and lets nothing pass a second time for it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ nonce: fc.nat({ max: 20 }), late: fc.nat({ max: 50 }) }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 5 }),
        (uses, max) => {
          let now = 0
          const memory = createNonceMemory({ lifeMs: 100, max, now: () => now })
          const times = new Map<number, number>()
          const passed = new Set<number>()
          for (const { nonce, late } of uses) {
            now++
            // A nonce stands under one signature, so it keeps its time.
            const at = times.get(nonce) ?? now - late
            times.set(nonce, at)
            if (now - at > 100) continue
            if (memory.use(String(nonce), at)) {
              assert.ok(!passed.has(nonce), `${nonce} passed twice`)
              passed.add(nonce)
            }
            assert.ok(memory.size <= max)
          }
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })
})
