import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundDecimal } from './round-decimal.ts'

test('ties go to the even digit, as in Python', () => {
  const wanted: [number, number, number][] = [
    [0.25, 1, 0.2],
    [0.75, 1, 0.8],
    [1.25, 1, 1.2],
    [-0.25, 1, -0.2],
    [-0.75, 1, -0.8],
    [0.5, 0, 0],
    [1.5, 0, 2],
    [2.5, 0, 2],
    [0.125, 2, 0.12],
  ]
  for (const [x, digits, rounded] of wanted) assert.equal(roundDecimal(x, digits), rounded)
})

test('what only looks like a tie is rounded by its exact digits', () => {
  assert.equal(roundDecimal(0.15, 1), 0.1)
  assert.equal(roundDecimal(0.35, 1), 0.3)
  assert.equal(roundDecimal(0.45, 1), 0.5)
  assert.equal(roundDecimal(2.675, 2), 2.67)
  assert.equal(roundDecimal(1.005, 2), 1)
})

test('numbers without decimals stay', () => {
  for (const x of [0, 7, -12, 2 ** 53, 1e21, 1e300]) assert.equal(roundDecimal(x, 1), x)
})
