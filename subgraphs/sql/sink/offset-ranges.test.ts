import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createOffsetRanges } from './offset-ranges.ts'

test('ranges hold exactly the offsets that were given, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60)), offsets => {
      const ranges = createOffsetRanges(offsets)
      const set = new Set(offsets)
      for (let offset = -1; offset <= 61; offset++) {
        assert.equal(ranges.has(offset), set.has(offset))
        let end = offset
        while (set.has(end + 1)) end++
        assert.equal(ranges.endAfter(offset), end)
      }
      assert.equal(ranges.last, Math.max(-1, ...offsets))
      const starts = [...set].filter(offset => !set.has(offset - 1))
      assert.equal(ranges.size, starts.length)
    }),
  )
})
