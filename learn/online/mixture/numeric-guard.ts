import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Standard deviations beyond which a value is an outlier and counts as that far away only. */
const CLIP = 8
const ENOUGH = 30
/** Examples that the running mean and variance remember. */
const MEMORY = 10_000
const LARGEST = 1e100

/**
 * Makes numeric columns safe to sum: values are taken relative to the column's first one, so that sums of squares
 * keep their digits whatever the origin, and clipped, so that one wild input cannot own a class.
 */
export interface NumericGuard {
  /** The guarded value. Pure. */
  guard(column: number, value: number): number
  observe(column: number, value: number): void
  save(out: StateWriter): void
}

export function createNumericGuard(numerics: number, input?: StateReader): NumericGuard {
  /** Per column: origin, number of values, mean and variance relative to the origin. */
  const state = input ? input.f64s(4 * numerics) : new Float64Array(4 * numerics)

  function guard(column: number, value: number): number {
    const at = 4 * column
    const relative = Math.max(-LARGEST, Math.min(LARGEST, value)) - state[at]
    if (state[at + 1] < ENOUGH) return relative
    const reach = CLIP * Math.sqrt(state[at + 3])
    return Math.max(state[at + 2] - reach, Math.min(state[at + 2] + reach, relative))
  }

  return {
    guard,
    observe(column, value) {
      const at = 4 * column
      if (state[at + 1] === 0) state[at] = Math.max(-LARGEST, Math.min(LARGEST, value))
      const relative = guard(column, value)
      state[at + 1] += 1
      const rate = 1 / Math.min(state[at + 1], MEMORY)
      const step = relative - state[at + 2]
      state[at + 2] += rate * step
      state[at + 3] = (1 - rate) * (state[at + 3] + rate * step * step)
    },
    save: out => out.f64s(state),
  }
}
