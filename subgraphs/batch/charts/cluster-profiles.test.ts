import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clusterCounts } from './cluster-counts.ts'
import { clusterProfiles } from './cluster-profiles.ts'
import type { RunData } from './run-data.ts'
import { testRun } from './test-run.ts'

describe('profiles of clusters', () => {
  let run: RunData
  before(async () => {
    const { model, ...rest } = await testRun('clustering', { rows: 100 })
    const train = {
      rows: 6,
      columns: [
        { name: 'price', kind: 'numeric' as const },
        { name: 'shop', kind: 'nominal' as const, categories: ['<b>', 'tea', true] },
      ],
      values: [Float64Array.of(1, 3, 10, Number.NaN, 20, 60), Int32Array.of(0, 0, 1, 1, -1, 2)],
      extra: { cluster: Float64Array.of(0, 0, 1, 1, 1, 0) },
      of: 6,
      seed: 1,
    }
    run = { ...rest, model, train }
  })

  test('count the rows of every cluster, also of those without any', () => {
    assert.deepEqual(clusterCounts(run), [3, 3, 0])
  })

  test('of a nominal feature have its values as events have them, most frequent first, with share and lift', () => {
    const [first, second, empty] = clusterProfiles(run, { feature: 'shop' })
    assert.deepEqual(first?.values, [
      { value: '<b>', count: 2, share: 2 / 3, lift: 2 },
      { value: true, count: 1, share: 1 / 3, lift: 2 },
    ])
    assert.deepEqual(second?.values, [
      { value: 'tea', count: 2, share: 2 / 3, lift: 2 },
      { value: null, count: 1, share: 1 / 3, lift: 2 },
    ])
    assert.deepEqual([first?.missing, second?.missing, empty?.missing], [0, 1, 0])
    assert.deepEqual(empty?.values, [])
    assert.equal(first?.mean, null)
  })

  test('of a nominal feature have as many values as asked for', () => {
    assert.deepEqual(
      clusterProfiles(run, { feature: 'shop', top: 1 }).map(({ values }) => values.length),
      [1, 1, 0],
    )
  })

  test('of a numeric feature have figures of the rows that have it', () => {
    const [first, second, empty] = clusterProfiles(run, { feature: 'price' })
    assert.deepEqual([first?.size, first?.missing, first?.min, first?.median, first?.max], [3, 0, 1, 3, 60])
    assert.ok(Math.abs((first?.mean ?? 0) - 64 / 3) < 1e-12)
    assert.deepEqual(
      [second?.missing, second?.mean, second?.standardDeviation, second?.median],
      [1, 15, 5, 15],
    )
    assert.equal(empty?.mean, null)
  })

  test('of a feature that the model does not have are refused', () => {
    assert.throws(() => clusterProfiles(run, { feature: 'colour' }), {
      code: 'BAD_USER_INPUT',
      message: 'feature: "colour" given, one of price, shop wanted.',
    })
  })
})
