import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAggregateResult } from './aggregate-result.ts'
import type { LiveResult } from './live-result.ts'
import { createTopResult } from './top-result.ts'

const TEXT = { name: 't', type: 'VARCHAR', nullable: true }
const texts = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [`${from + i}`.padStart(96, '0')])

describe('results that are merged', () => {
  const aggregate = (mostBytes?: number) =>
    createAggregateResult(
      {
        kind: 'aggregate',
        partial: null,
        keys: [0],
        aggregates: [{ column: 1, function: 'max' }],
        order: [],
        limit: null,
        offset: 0,
        aliases: [],
      },
      { columns: [TEXT, TEXT], limit: 5, ...(mostBytes && { mostBytes }) },
    ) as LiveResult

  it('say when their groups have become too many', () => {
    const result = aggregate()
    result.replace(
      Array.from({ length: 10_000 }, (_, i) => [String(i), 'x']),
      false,
    )
    assert.equal(result.overflown, false)
    result.merge([['one more', 'x']])
    assert.equal(result.overflown, true)
    result.replace([['a', 'x']], false)
    assert.equal(result.overflown, false)
  })

  it('say when their groups have become too large, be it by what is kept of each', () => {
    const result = aggregate(1000)
    result.replace([['a', 'x']], false)
    for (let n = 0; n < 3; n++) result.merge([['a', `y${n}`.padEnd(900, 'y')]])
    assert.equal(result.overflown, false)
    result.merge([['a', 'z'.repeat(1000)]])
    assert.equal(result.overflown, true)
    result.replace([['a', 'x']], false)
    result.merge(texts(0, 9).map(([text]) => [text, 'x']))
    assert.equal(result.overflown, false)
    result.merge([['b'.repeat(100), 'x']])
    assert.equal(result.overflown, true)
  })

  it('say when the first rows in an order have become too large', () => {
    const order = [{ column: 0, descending: true, nullsFirst: false }]
    const shape = { kind: 'top', partial: null, order, limit: 10, offset: 0, hidden: 0 } as const
    const result = createTopResult(shape, { columns: [TEXT], limit: 100, mostBytes: 1000 }) as LiveResult
    result.replace(texts(0, 10), false)
    result.merge(texts(10, 10))
    assert.equal(result.overflown, false)
    result.merge([['9'.repeat(200)]])
    assert.equal(result.overflown, true)
  })
})
