import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { arrivalInformation } from './arrival-information.ts'
import { exactAuc } from './exact-auc.ts'

test('the adjusted Rand index is 1 up to names, and that of scikit-learn in between', () => {
  assert.equal(adjustedRandIndex([0, 0, 1, 1], ['b', 'b', 'a', 'a']), 1)
  assert.ok(Math.abs(adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1]) - 4 / 7) < 1e-12)
  assert.ok(Math.abs(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1]) + 0.5) < 1e-12)
})

test('an exact area under the curve counts ties half', () => {
  assert.equal(exactAuc(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1)), 0.75)
  assert.equal(exactAuc(Float64Array.of(1, 1, 1), Uint8Array.of(0, 1, 0)), 0.5)
})

test('clusters that follow the arrival index are found out, others are not', () => {
  const cycle = Array.from({ length: 7000 }, (_, i) => i % 7)
  assert.ok(Math.abs(arrivalInformation(cycle, 50) - Math.log2(7)) < 0.01)
  assert.equal(arrivalInformation(new Array(1000).fill(3), 50), 0)
})
