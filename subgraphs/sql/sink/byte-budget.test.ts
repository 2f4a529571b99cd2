import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createByteBudget } from './byte-budget.ts'

test('a budget gives no more than it has, and all of it again once that was given back', async () => {
  const budget = createByteBudget(100)
  assert.equal(budget.take(60), true)
  assert.equal(budget.take(41), false)
  assert.equal(budget.take(40), true)
  const changed = budget.change(new AbortController().signal)
  budget.give(60)
  await changed
  assert.equal(budget.take(60), true)
  assert.equal(budget.held, 100)
})

test('what is larger than the whole budget passes alone, so that nothing waits for ever', () => {
  const budget = createByteBudget(100)
  assert.equal(budget.take(500), true)
  assert.equal(budget.take(1), false)
  budget.give(500)
  assert.equal(budget.take(1), true)
})

test('whoever waits is let go by its signal', async () => {
  const budget = createByteBudget(1)
  const abort = new AbortController()
  const waiting = budget.change(abort.signal)
  abort.abort()
  await waiting
  await budget.change(abort.signal)
})
