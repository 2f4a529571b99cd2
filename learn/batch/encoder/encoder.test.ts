import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
