import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { BatchColumn } from './dataset.ts'
import { decodeTable, encodeTable, type Table } from './table-file.ts'

const column = (name: string, rows: number) =>
  fc.oneof(
    fc.array(fc.double(), { minLength: rows, maxLength: rows }).map(values => ({
      column: { name, kind: 'numeric' } as BatchColumn,
      values: Float64Array.from(values) as Float64Array | Int32Array,
    })),
    fc.uniqueArray(fc.oneof(fc.string(), fc.boolean(), fc.integer()), { maxLength: 300 }).chain(categories =>
      fc
        .array(fc.integer({ min: -1, max: categories.length }), { minLength: rows, maxLength: rows })
        .map(codes => ({
          column: { name, kind: 'nominal', categories } as BatchColumn,
          values: Int32Array.from(codes) as Float64Array | Int32Array,
        })),
    ),
  )

const tables: fc.Arbitrary<Table> = fc.nat(20).chain(rows =>
  fc.tuple(column('a', rows), column('b', rows), column('c', rows), fc.nat(100)).map(([...parts]) => {
    const [a, b, c, left] = parts
    return {
      rows,
      of: rows + left,
      seed: 7,
      columns: [a.column, b.column, c.column],
      values: [a.values, b.values, c.values],
      extra: {
        label: new Float64Array(rows).fill(Number.NaN),
        score: Float64Array.from({ length: rows }, (_, i) => i / 3),
      },
    }
  }),
)

describe('a table file', () => {
  it('gives back every table', () => {
    fc.assert(
      fc.property(tables, table => assert.deepEqual(decodeTable(encodeTable(table)), table)),
      { numRuns: 100, seed: 1 },
    )
  })

  it('keeps names that objects have of their own', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty']
    const extra = Object.fromEntries(names.map((name, i) => [name, Float64Array.of(i)]))
    const again = decodeTable(encodeTable({ rows: 1, of: 1, seed: 1, columns: [], values: [], extra }))
    assert.deepEqual(Object.entries(again.extra), Object.entries(extra))
    assert.equal(Object.getPrototypeOf(again.extra), Object.prototype)
  })

  it('with a flipped bit or cut off is MODEL_CORRUPT', () => {
    const [table] = fc.sample(tables, { numRuns: 1, seed: 4 })
    const file = encodeTable(table)
    for (let at = 0; at < file.length; at++) {
      const broken = file.slice()
      broken[at] ^= 1 << (at % 8)
      assert.throws(() => decodeTable(broken), { code: 'MODEL_CORRUPT' })
      assert.throws(() => decodeTable(file.subarray(0, at)), { code: 'MODEL_CORRUPT' })
    }
  })
})
