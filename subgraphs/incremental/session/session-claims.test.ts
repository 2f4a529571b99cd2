import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessionClaims } from './session-claims.ts'

/** Looks every second at one session, whose owner renews its lease every two. */
function open(t: import('node:test').TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const seen = { vacant: false, down: false, now: 0, claimed: 0, errors: [] as string[] }
  t.mock.method(performance, 'now', () => seen.now)
  const claims = createSessionClaims({
    useCases: [{ id: 'TFD' }],
    timing: { leaseMs: 5000, renewMs: 2000, lookMs: 1000 },
    isVacant: async () => (seen.down ? Promise.reject(new Error('No cache.')) : seen.vacant),
    wasPutDown: () => false,
    running: () => 0,
    async claim() {
      seen.claimed++
    },
    onError: (_, error) => seen.errors.push(error.message),
  })
  const look = async (times: number) => {
    for (let i = 0; i < times; i++) {
      seen.now += 1000
      t.mock.timers.tick(1000)
      await new Promise(setImmediate)
    }
  }
  return { seen, look, claims }
}

test('a session whose lease is gone is left to its owner for two renewals, then claimed', async t => {
  const { seen, look, claims } = open(t)
  using _ = claims
  seen.vacant = true
  await look(4)
  assert.equal(seen.claimed, 0)
  await look(1)
  assert.equal(seen.claimed, 1)
})

test('an owner has that time again after the cache was away, which is told once', async t => {
  const { seen, look, claims } = open(t)
  using _ = claims
  seen.vacant = true
  await look(1)
  seen.down = true
  await look(60)
  seen.down = false
  await look(4)
  assert.equal(seen.claimed, 0)
  assert.deepEqual(seen.errors, ['No cache.'])
  seen.down = true
  await look(2)
  assert.equal(seen.errors.length, 1)
})
