import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecciItems } from '../quality/ecci-items.ts'
import { ecciCustomerLimit, judgedCustomers } from './ecci-customer-limit.ts'
import type { Interaction } from './ecci-likelihood.ts'
import { ecciLimit } from './ecci-limit.ts'

const items = ecciItems({ sessions: 4000, seed: 'limit' })
const truths = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
const events = items.flatMap(item =>
  item.kind === 'event' ? [item.record] : [],
) as unknown as (Interaction & {
  customer_id: string
})[]

test('all sessions of a customer have one persona', () => {
  for (const own of Map.groupBy(truths, ({ customer_id }) => customer_id).values()) {
    assert.equal(new Set(own.map(({ persona }) => persona)).size, 1)
  }
})

test('the exact assignment of customers with three sessions is far better than that of sessions', () => {
  const { ari, accuracy, customers, assignments } = ecciCustomerLimit(events, truths)
  assert.equal(customers, judgedCustomers(truths).size)
  assert.equal(assignments.size, customers)
  // Seeds of 2000 to 15,000 sessions gave .963 to .987.
  assert.ok(ari > 0.93 && ari < 1, `ARI ${ari}`)
  assert.ok(accuracy > 0.97, `accuracy ${accuracy}`)
  assert.ok(ecciLimit(events, truths).ari < 0.75)
})

test('customers with fewer sessions are not judged', () => {
  const judged = judgedCustomers(truths)
  for (const [customer, own] of Map.groupBy(truths, ({ customer_id }) => customer_id)) {
    assert.equal(judged.has(customer), own.length >= 3)
  }
})
