import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import type { Dataset } from '../dataset.ts'
import { fitDesign } from './design.ts'
import { fitEncoder } from './encoder.ts'

const data: Dataset = {
  rows: 5,
  columns: [
    { name: 'amount', kind: 'numeric' },
    { name: 'shop', kind: 'nominal', categories: ['z', 'a', 'late'] },
  ],
  values: [Float64Array.of(1, 3, NaN, 5, 7), Int32Array.of(0, 1, -1, 0, 2)],
}

describe('an encoder', () => {
  const encoder = fitEncoder(data, { to: 4 })

  it('knows the categories of its own rows only, sorted', () => {
    assert.deepEqual(encoder.columns[1].categories, ['a', 'z'])
    assert.deepEqual(encoder.recode(data).values[1], Int32Array.of(1, 0, -1, 1, 2))
  })

  it('gives one row as it gives many: unknown has its own code, missing is -1, what is no number is NaN', () => {
    assert.deepEqual(encoder.encode([5, 'z']), Float64Array.of(5, 1))
    assert.deepEqual(encoder.encode([true, 'late']), Float64Array.of(1, 2))
    assert.deepEqual(encoder.encode(['5', null]), Float64Array.of(NaN, -1))
    assert.deepEqual(encoder.encode([Infinity, undefined]), Float64Array.of(NaN, -1))
    assert.throws(() => encoder.encode([5]), { code: 'BAD_USER_INPUT' })
  })

  it('tells categories back: null for missing, undefined for unknown', () => {
    assert.deepEqual(
      [0, 1, 2, -1].map(code => encoder.category(1, code)),
      ['a', 'z', undefined, null],
    )
  })
})

describe('a design', () => {
  it('is not moved by a wild value: the others lie as without it, and it lies 8 deviations out', () => {
    const random = createRandom('wild')
    const rows = 1000
    const columns = [
      { name: 'price', kind: 'numeric' },
      { name: 'bonus', kind: 'numeric' },
    ] as const
    const prices = Float64Array.from({ length: rows }, () => 100 + 10 * random.normal())
    const bonuses = Float64Array.from({ length: rows }, (_, row) => (row % 50 === 0 ? random.next() : 0))
    const tame: Dataset = { rows, columns, values: [prices, bonuses] }
    for (const wild of [1e4, 1e200, Number.MAX_VALUE, -Number.MAX_VALUE]) {
      const values = [prices.with(7, wild), bonuses.with(7, wild)]
      const points = fitDesign({ ...tame, values }).all({ ...tame, values })
      assert.deepEqual([...points.subarray(14, 16)].map(Math.abs), [8, 8], `${wild}`)
      const before = fitDesign(tame).all(tame)
      for (let row = 8; row < rows; row++) {
        const [price, bonus] = [2 * row, 2 * row + 1]
        assert.ok(Math.abs(points[price] - before[price]) < 0.7, `${points[price]}, ${before[price]}`)
        // Of which only 20 rows are not 0, so that one weighs much.
        const [now, then] = [points, before].map(of => of[bonus] - of[3])
        assert.ok(now >= then / 8, `${now}, ${then}`)
      }
    }
  })

  it('centres and scales numbers, puts missing ones at the mean, and has a place for each category and for missing', () => {
    const encoder = fitEncoder(data, { to: 4 })
    const coded = encoder.recode(data)
    const train = { ...coded, rows: 4 }
    const design = fitDesign(train)
    assert.deepEqual(design.coordinates, ['amount', 'shop', 'shop', 'shop'])
    const points = design.all(coded)
    const amounts = [0, 1, 2, 3].map(row => points[row * 4])
    assert.ok(Math.abs(amounts[0] + amounts[1] + amounts[3]) < 1e-12)
    assert.equal(amounts[2], 0)
    assert.deepEqual([...points.subarray(9, 12)], [1, 0, 0])
    assert.deepEqual([...points.subarray(17, 20)], [0, 0, 0])
  })
})
