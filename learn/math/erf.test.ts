import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erf } from './erf.ts'

/** Python's math.erf on either side of every border between approximations. */
const VALUES = [
  [1e-12, 1.1283791670955126e-12],
  [0.3, 0.3286267594591274],
  [0.84374, 0.7672201241832406],
  [0.84376, 0.7672311981880058],
  [1, 0.8427007929497149],
  [1.2499, 0.922876473187532],
  [1.2501, 0.9229237774123564],
  [2, 0.9953222650189527],
  [2.857, 0.9999466417399131],
  [2.8572, 0.9999467060575912],
  [4.5, 0.9999999998033839],
  [5.9999, 1.0],
  [7, 1.0],
] as const

test('the error function agrees with CPython to one unit in the last place, and is odd', () => {
  for (const [x, wanted] of VALUES) {
    assert.ok(Math.abs(erf(x) - wanted) <= 2 ** -52 * wanted, `erf(${x}) is ${erf(x)}, wanted ${wanted}.`)
    assert.equal(erf(-x), -erf(x))
  }
})

test('the error function keeps the sign of zero, ends at one and passes NaN on', () => {
  assert.ok(Object.is(erf(-0), -0))
  assert.equal(erf(Infinity), 1)
  assert.equal(erf(-Infinity), -1)
  assert.ok(Number.isNaN(erf(Number.NaN)))
})
