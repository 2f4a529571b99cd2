import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { balancedClassWeights } from './class-weights.ts'
import { findInterval } from './find-interval.ts'
import { quantileBorders } from './quantile-borders.ts'
import { rankingBuckets } from './ranking-buckets.ts'
import { permutation, targetStatistics } from './target-statistics.ts'
import { weightedQuantile } from './weighted-quantile.ts'

describe('borders', () => {
  test('part few values each, midway', () => {
    assert.deepEqual([...quantileBorders(Float64Array.of(1, 1, 2, 4, 4), 255)], [1.5, 3])
    assert.deepEqual([...quantileBorders(Float64Array.of(3, 3), 255)], [])
    assert.deepEqual([...quantileBorders(new Float64Array(0), 255)], [])
  })

  test('make at most as many intervals as wanted, of about equal count, and leave big values alone', () => {
    const random = createRandom(1)
    const values = Float64Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0 : random.normal())).sort()
    const borders = quantileBorders(values, 64)
    assert.ok(borders.length <= 63 && borders.length >= 60)
    const counts = new Float64Array(borders.length + 1)
    for (const value of values) counts[findInterval(borders, value)]++
    const zero = findInterval(borders, 0)
    assert.equal(counts[zero], 10_000)
    assert.ok(counts.every((count, i) => i === zero || count < 250))
    // The interval below the big value ends where that begins.
    assert.ok(counts.filter(count => count < 100).length <= 1)
  })

  test('separate neighbouring numbers, huge ones and infinities', () => {
    const values = [-Infinity, -1e308, 1, 1 + Number.EPSILON, 1e308, Infinity]
    const borders = quantileBorders(Float64Array.from(values), 255)
    assert.deepEqual(
      values.map(value => findInterval(borders, value)),
      [0, 1, 2, 3, 4, 5],
    )
  })
})

describe('the weighted quantile', () => {
  test('is the value at which the weights reach the share', () => {
    const random = createRandom(2)
    for (let round = 0; round < 300; round++) {
      const count = 1 + random.below(30)
      const rows = Array.from({ length: count }, () => ({ value: random.below(10), weight: random.below(4) }))
      const total = rows.reduce((sum, { weight }) => sum + weight, 0)
      if (total === 0) continue
      const share = 0.05 + 0.9 * random.next()
      let sum = 0
      const wanted = rows
        .toSorted((a, b) => a.value - b.value)
        .find(({ weight }) => (sum += weight) >= share * total)
      const actual = weightedQuantile(
        Float64Array.from(rows, ({ value }) => value),
        Float64Array.from(rows, ({ weight }) => weight),
        count,
        share,
      )
      assert.equal(actual, wanted?.value)
    }
  })

  test('without weights lies between the values around it', () => {
    assert.equal(weightedQuantile(Float64Array.of(9, 1, 5, 2), null, 4, 0.5), 3.5)
    assert.equal(weightedQuantile(Float64Array.of(9, 1, 5, 2, 7), null, 3, 0.5), 5)
    assert.equal(weightedQuantile(new Float64Array(0), null, 0, 0.5), 0)
  })
})

describe('target statistics', () => {
  const codes = Int32Array.of(0, 1, 0, -1, 0)
  const target = Float64Array.of(1, 0, 1, 1, 0)

  test('of a training row come from the rows before it', () => {
    const order = Uint32Array.of(4, 0, 1, 2, 3)
    const { ordered } = targetStatistics({ codes, categories: 2, target, prior: 1, order })
    // The mean is .6: row 4 is the first of its category, row 0 follows it, row 2 both.
    assert.deepEqual([...ordered], [(0 + 0.6) / 2, 0.6, (1 + 0.6) / 3, 0.6, 0.6])
  })

  test('of later rows come from all, missing and unknown categories have their own', () => {
    const order = permutation(5, createRandom(1))
    const { table } = targetStatistics({ codes, categories: 2, target, prior: 1, order })
    assert.deepEqual([...table], [(1 + 0.6) / 2, (2 + 0.6) / 4, (0 + 0.6) / 2, 0.6])
  })
})

test('ranking figures in buckets are those of the scores, ties counting one half', () => {
  const scores = Float64Array.of(3, 2, 2, 1, -1, -40)
  const labels = Float64Array.of(1, 1, 0, 0, 1, 0)
  const buckets = rankingBuckets(scores, labels, null)
  assert.ok(Math.abs(buckets.auc() - (3 + 2.5 + 1) / 9) < 1e-12)
  assert.ok(Math.abs(buckets.averagePrecision() - (1 + 2 / 3 + 3 / 5) / 3) < 1e-12)
})

test('balanced classes weigh the same together, and all rows as before', () => {
  const labels = Float64Array.of(0, 0, 0, 1)
  assert.deepEqual([...balancedClassWeights(labels, null, 2)], [4 / 6, 2])
  assert.deepEqual([...balancedClassWeights(labels, Float64Array.of(1, 1, 1, 3), 3)], [1, 1, 1])
})
