import type { Row } from '../learner.ts'

/** Beyond this, squares of differences would no longer be numbers. */
const LARGEST = 1e140

/**
 * Fills `out` with what trees learn from a row: NaN for whatever is missing, infinite or no category, values in both kinds
 * of columns otherwise.
 */
export function cleanRow(row: Row, nominal: Uint8Array, out: Float64Array): Float64Array {
  for (let i = 0; i < out.length; i++) {
    const x = row[i]
    if (nominal[i] === 1) out[i] = x >= 0 && x <= 2147483647 ? Math.floor(x) : Number.NaN
    else if (!(x - x === 0)) out[i] = Number.NaN
    else out[i] = x > LARGEST ? LARGEST : x < -LARGEST ? -LARGEST : x
  }
  return out
}
