import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { featureGrid } from './feature-grid.ts'

function gridOf(values: readonly number[], steps: number) {
  const columns = [{ name: 'x', kind: 'numeric' as const }]
  const table = { rows: values.length, columns, values: [Float64Array.from(values)], extra: {} }
  return featureGrid({ ...table, of: values.length, seed: 1 }, { column: 0, steps, from: 0.05, to: 0.95 })
}

describe('the grid of a number', () => {
  test('has all its values if they are fewer than the steps, rare ones too', () => {
    const values = [...Array<number>(900).fill(1), ...Array<number>(99).fill(2), 7, Number.NaN]
    assert.deepEqual(gridOf(values, 50), [1, 2, 7])
    assert.deepEqual(gridOf([...Array<number>(999).fill(0), 1], 50), [0, 1])
  })

  test('has even steps between its percentiles if there are more values', () => {
    const values = Array.from({ length: 101 }, (_, i) => i)
    assert.deepEqual(
      gridOf(values, 10).map(value => Math.round(value)),
      [5, 15, 25, 35, 45, 55, 65, 75, 85, 95],
    )
  })

  test('is empty for one that is always missing', () => {
    assert.deepEqual(gridOf([Number.NaN, Number.NaN], 10), [])
  })
})
