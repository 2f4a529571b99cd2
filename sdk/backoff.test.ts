import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { backoff } from './backoff.ts'

it('waits between half and all of a quarter of a second, doubled with each attempt up to eight seconds', () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), attempt => {
      const longest = Math.min(8000, 250 * 2 ** attempt)
      const wait = backoff(attempt)
      assert.ok(wait >= longest / 2 && wait <= longest, `${wait} ms before repetition ${attempt}`)
    }),
    { seed: 7 },
  )
})
