import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Dataset } from '#learn/batch/dataset.ts'
import { drawRows } from './draw-rows.ts'
import { selectColumns } from './select-columns.ts'
import { splitByTime } from './split-by-time.ts'

describe('the split by time', () => {
  it('takes shares in order', () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => i)
    assert.deepEqual(splitByTime(times, { validation: 0.15, test: 0.15 }), {
      train: 70,
      validation: 85,
      test: 100,
    })
  })

  it('leaves rows of the same instant together, on the earlier side', () => {
    const times = Float64Array.from({ length: 100 }, (_, i) => Math.floor(i / 8))
    const { train, validation } = splitByTime(times, { validation: 0.15, test: 0.15 })
    assert.deepEqual([train, validation], [72, 88])
    assert.deepEqual(splitByTime(new Float64Array(10), { validation: 0.2, test: 0.2 }), {
      train: 10,
      validation: 10,
      test: 10,
    })
  })
})

describe('the choice of columns', () => {
  const rows = 400
  const data: Dataset = {
    rows,
    columns: [
      { name: 'constant', kind: 'numeric' },
      { name: 'missing', kind: 'numeric' },
      { name: 'useful', kind: 'numeric' },
      { name: 'sometimes', kind: 'numeric' },
      { name: 'one', kind: 'nominal', categories: ['a', 'b'] },
      { name: 'id', kind: 'nominal', categories: Array.from({ length: rows }, (_, i) => `id-${i}`) },
      { name: 'absent', kind: 'nominal', categories: [] },
      { name: 'late', kind: 'nominal', categories: ['a', 'b'] },
    ],
    values: [
      new Float64Array(rows).fill(7),
      new Float64Array(rows).fill(Number.NaN),
      Float64Array.from({ length: rows }, (_, i) => i),
      Float64Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 7 : Number.NaN)),
      new Int32Array(rows),
      Int32Array.from({ length: rows }, (_, i) => i),
      new Int32Array(rows).fill(-1),
      Int32Array.from({ length: rows }, (_, i) => (i < 300 ? 0 : 1)),
    ],
  }

  it('leaves out what is constant, missing or unique in the training rows, and says so', () => {
    const { data: kept, notes } = selectColumns(data, 300)
    assert.deepEqual(
      kept.columns.map(({ name }) => name),
      ['useful', 'sometimes'],
    )
    assert.equal(notes.length, 6)
    assert.match(
      notes.join('\n'),
      /constant is left out: it is 7 .*\n.*missing is left out: it is missing[^]*300 values in 300 training rows/,
    )
  })

  it('looks at the training rows only', () => {
    assert.ok(selectColumns(data, 400).data.columns.some(({ name }) => name === 'late'))
  })
})

describe('rows that are drawn', () => {
  it('rise, are as many as wanted, and depend on the seed alone', () => {
    const drawn = drawRows(1000, 100, 4) as Int32Array
    assert.equal(drawn.length, 100)
    assert.deepEqual(drawn, drawn.toSorted())
    assert.equal(new Set(drawn).size, 100)
    assert.deepEqual(drawRows(1000, 100, 4), drawn)
    assert.notDeepEqual(drawRows(1000, 100, 5), drawn)
    assert.equal(drawRows(100, 100, 4), null)
  })
})
