import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalInformation } from './arrival-information.ts'

test('clusters that follow the arrival index are found out, others are not', () => {
  const cycle = Array.from({ length: 7000 }, (_, i) => i % 7)
  assert.ok(Math.abs(arrivalInformation(cycle, 50) - Math.log2(7)) < 0.01)
  assert.equal(arrivalInformation(new Array(1000).fill(3), 50), 0)
})
