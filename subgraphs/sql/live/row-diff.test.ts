import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { applyUpdate } from './apply-update.ts'
import type { Row } from './live-update.ts'
import { arrangeRows, diffRows } from './row-diff.ts'

const rows = fc.array(fc.tuple(fc.nat(5), fc.constantFrom('a', 'b', null)), { maxLength: 30 })
/** Of equal rows nobody can tell which one stayed. */
const distinct = rows.map(list => [...new Map(list.map(row => [JSON.stringify(row), row])).values()])
const texts = (list: readonly Row[]) => list.map(row => JSON.stringify(row))

describe('the difference of two lists of rows', () => {
  it('makes the one of the other, and back', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        assert.deepEqual(applyUpdate(before, diffRows(before, after)), after)
        assert.deepEqual(applyUpdate(after, diffRows(after, before)), before)
      }),
    )
  })

  it('leaves alone what stays in its order, and is empty for equal lists', () => {
    const list = [[1], [2], [3], [4], [5]]
    assert.deepEqual(diffRows(list, structuredClone(list)), { reset: false, removed: [], added: [] })
    assert.deepEqual(diffRows(list, [[1], [9], [3], [4], [5]]), {
      reset: false,
      removed: [{ at: 1, values: [2] }],
      added: [{ at: 1, values: [9] }],
    })
    const moved = diffRows(list, [[5], [1], [2], [3], [4]])
    assert.deepEqual([moved.removed.length, moved.added.length], [1, 1])
  })
})

describe('rows without an order of their own', () => {
  it('are the same rows as before and result allow, those that stay first', () => {
    fc.assert(
      fc.property(rows, rows, (before, result) => {
        assert.deepEqual(texts(arrangeRows(before, result)).sort(), texts(result).sort())
      }),
    )
    fc.assert(
      fc.property(distinct, distinct, (before, result) => {
        const arranged = arrangeRows(before, result)
        const { removed, added } = diffRows(before, arranged)
        assert.ok(added.every(({ at }) => at >= before.length - removed.length))
      }),
    )
  })

  it('are the very same list if only their order differs', () => {
    const before = [['a'], ['b'], ['a']]
    assert.equal(arrangeRows(before, [['b'], ['a'], ['a']]), before)
  })
})
