import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFilterResult } from './filter-result.ts'

const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => [from + i])

describe('the result of a filter', () => {
  it('tells what came after a mark, and everything to those without one', () => {
    const result = createFilterResult({ limit: 5 })
    result.replace(rows(0, 3), false)
    const mark = result.mark()
    assert.equal(result.merge(rows(3, 4)), true)
    assert.equal(result.merge([]), false)
    assert.deepEqual(
      result.since(mark)?.added.map(({ at, values }) => [at, ...values]),
      [
        [3, 3],
        [4, 4],
        [5, 5],
        [6, 6],
      ],
    )
    assert.deepEqual([result.since(null)?.reset, result.since(null)?.added.length], [true, 7])
    assert.deepEqual([result.rowCount, result.truncated], [7, false])
  })

  it('keeps the newest rows only: who is too far behind, or comes too late, learns that', () => {
    const result = createFilterResult({ limit: 5 })
    result.replace([], false)
    const first = result.mark()
    for (let n = 0; n < 30; n++) result.merge(rows(n * 1000, 1000))
    const late = result.mark()
    assert.equal(result.since(first), undefined)
    assert.equal(result.since(null), undefined)
    result.merge(rows(0, 2))
    assert.deepEqual(
      result.since(late)?.added.map(({ at }) => at),
      [30_000, 30_001],
    )
    assert.equal(result.rowCount, 30_002)
  })

  it('keeps no more bytes than it may, and at least what came last', () => {
    const result = createFilterResult({ limit: 5, mostBytes: 1000 })
    const texts = (count: number) => Array.from({ length: count }, () => ['x'.repeat(96)])
    result.replace(texts(5), false)
    const early = result.mark()
    result.merge(texts(7))
    assert.equal(result.since(early)?.added.length, 7)
    result.merge(texts(1))
    assert.equal(result.since(null), undefined)
    assert.equal(result.since(early)?.added.length, 8)
    result.merge(texts(4))
    assert.equal(result.since(early), undefined)
    const late = result.mark()
    result.merge(texts(40))
    assert.deepEqual([result.since(late)?.added.length, result.rowCount], [40, 57])
  })

  it('a new execution is a new beginning', () => {
    const result = createFilterResult({ limit: 2 })
    result.replace(rows(0, 2), false)
    const mark = result.mark()
    result.replace(rows(0, 3), true)
    const { reset, added } = result.since(mark)!
    assert.deepEqual([reset, added.length, result.truncated], [true, 2, true])
  })
})
