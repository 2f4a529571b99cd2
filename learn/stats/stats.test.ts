import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { bytesOf, reloaded } from '../drift/test-detector.ts'
import { createEwVariance, loadEwVariance } from './ew-variance.ts'
import { createExtremes } from './extremes.ts'
import { createMean, loadMean } from './mean.ts'
import { createQuantile, loadQuantile } from './quantile.ts'
import { createRollingQuantile } from './rolling-quantile.ts'
import { createSkew } from './skew.ts'
import { createVariance, loadVariance } from './variance.ts'

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, ${expected}`)

describe('running statistics', () => {
  test('variances merge to that of all values, and unmerge to what was before', () => {
    const random = createRandom('merge')
    const [a, b, all] = [createVariance(), createVariance(), createVariance()]
    for (let i = 0; i < 100; i++) {
      const x = 1000 + 10 * random.normal()
      all.update(x, 1 + (i % 3))
      ;(i < 60 ? a : b).update(x, 1 + (i % 3))
    }
    const before = [a.mean.n, a.mean.value, a.value] as const
    a.merge(b)
    near(a.value, all.value)
    near(a.mean.value, all.mean.value)
    a.unmerge(b)
    ;[a.mean.n, a.mean.value, a.value].forEach((value, i) => near(value, before[i]))
    a.merge(createVariance())
    near(a.value, before[2])
  })

  test('an update that is taken back leaves no trace, and the last one leaves nothing', () => {
    const variance = createVariance()
    for (const x of [3, 1, 4]) variance.update(x, 2)
    variance.revert(1, 2)
    near(variance.mean.value, 3.5)
    near(variance.squares, 1)
    const mean = createMean()
    mean.update(5)
    mean.revert(5)
    assert.deepEqual([mean.n, mean.value], [0, 0])
  })

  test('a variance of large values that hardly differ is exact', () => {
    const variance = createVariance()
    for (let i = 0; i < 1000; i++) variance.update(1e9 + (i % 2))
    near(variance.value, 250 / 999)
  })

  test('nothing seen yet is NaN for a quantile and 0 for what sums', () => {
    assert.equal(createQuantile().value, Number.NaN)
    assert.equal(createRollingQuantile(0.5, 3).value, Number.NaN)
    assert.equal(createSkew().value, 0)
    assert.equal(createExtremes().value, 0)
    assert.equal(createVariance().value, 0)
  })

  test('a quantile in constant memory is within 2 % of rank of the exact one', () => {
    const random = createRandom('quantile')
    for (const q of [0.05, 0.5, 0.9]) {
      const quantile = createQuantile(q)
      const values = Float64Array.from({ length: 5000 }, () => Math.exp(random.normal()))
      values.forEach(x => {
        quantile.update(x)
      })
      const below = values.reduce((count, x) => count + (x < quantile.value ? 1 : 0), 0)
      assert.ok(Math.abs(below / values.length - q) < 0.02, `${below} for ${q}`)
    }
  })

  test('a rolling quantile is that of the sorted window, repeated values included', () => {
    const random = createRandom('rolling')
    const rolling = createRollingQuantile(0.3, 7)
    const values = Array.from({ length: 200 }, () => random.below(6))
    values.forEach((x, i) => {
      rolling.update(x)
      const window = values.slice(Math.max(0, i - 6), i + 1).sort((a, b) => a - b)
      const at = 0.3 * (window.length - 1)
      const [low, high] = [window[Math.floor(at)], window[Math.ceil(at)]]
      near(rolling.value, low + (at % 1) * (high - low))
    })
  })

  test('saved statistics go on bit for bit', () => {
    const random = createRandom('save')
    const through = [createMean(), createVariance(), createEwVariance(0.1), createQuantile(0.9)] as const
    let [mean, variance, ew, quantile] = [
      createMean(),
      createVariance(),
      createEwVariance(0.1),
      createQuantile(0.9),
    ]
    for (let i = 0; i < 50; i++) {
      const x = random.normal()
      for (const statistic of [...through, mean, variance, ew, quantile]) statistic.update(x)
      mean = reloaded(mean, loadMean)
      variance = reloaded(variance, loadVariance)
      ew = reloaded(ew, loadEwVariance)
      quantile = reloaded(quantile, loadQuantile)
    }
    assert.deepEqual([mean, variance, ew, quantile].map(bytesOf), through.map(bytesOf))
  })
})
