import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecciCustomersQuality, ecciSessionsQuality } from './ecci-customers-quality.ts'
import { ecciItems } from './ecci-items.ts'

for (const seed of ['first', 'second']) {
  test(`ECCI, seed ${seed}: customers with three sessions reach 90 % of the limit's agreement with the personas`, async () => {
    const { ari, limit, judged } = await ecciCustomersQuality(ecciItems({ sessions: 2000, seed }), 1)
    assert.ok(judged >= 150)
    assert.ok(ari >= 0.9 * limit, `ARI ${ari}, limit ${limit}`)
    // Much better than the exact posterior would mean that the truth leaked.
    assert.ok(ari <= limit + 0.03, `ARI ${ari}, limit ${limit}`)
  })
}

test('ECCI: sessions by themselves reach 90 % of the limit', async () => {
  const { ari, limit } = await ecciSessionsQuality(ecciItems({ sessions: 4000, seed: 'first' }), 1)
  assert.ok(ari >= 0.9 * limit && ari <= limit + 0.03, `ARI ${ari}, limit ${limit}`)
})
