import type { StateWriter } from '../state/writer.ts'
import { blockBootstrap } from './block-bootstrap.ts'
import { BlockSums } from './block-sums.ts'
import { ExactSum } from './exact-sum.ts'
import type { Interval } from './interval.ts'
import type { SavedState } from './saved-state.ts'

const N = 0
const MEAN = 1

/** The mean of a stream of numbers, over everything or a window. */
export interface Mean {
  /** Numbers behind the mean. */
  n(): number
  /** 0 while there is none. */
  get(): number
  /** `timeMs` is event time, `seq` the number of the observation, NaN where it has none. */
  add(value: number, timeMs: number, seq?: number): void
  /** An observation that does not count has come; windows in time move on all the same. */
  pass?(timeMs: number): void
  /** Puts `after` in the place of `before`; NaN on either side means that nothing was or is to be counted. */
  replace(before: number, after: number, timeMs: number, seq: number): void
  interval(finish: (mean: number) => number): Interval | null
  save(out: StateWriter): void
}

/** Mean of everything, updated as m += (x - m) / n; after a correction it is taken anew from an exact sum. */
export function createMean(from?: SavedState): Mean {
  // Numbers that change with every observation live in an array: a variable of a closure would be allocated anew each time.
  const state = from ? Float64Array.of(from.input.f64(), from.input.f64()) : new Float64Array(2)
  const sum = from?.version === 2 ? new ExactSum(from.input) : new ExactSum(undefined, state[N] * state[MEAN])
  const blocks = new BlockSums(2, from)

  function count(value: number, sign: 1 | -1, seq: number): void {
    sum.add(sign * value)
    const at = blocks.at(seq === seq ? seq : state[N])
    blocks.cells[at] += sign
    blocks.cells[at + 1] += sign * value
    state[N] += sign
  }

  return {
    n: () => state[N],
    get: () => state[MEAN],
    add(value, _, seq = Number.NaN) {
      count(value, 1, seq)
      state[MEAN] += (value - state[MEAN]) / state[N]
    },
    replace(before, after, _, seq) {
      if (before - before === 0) count(before, -1, seq)
      if (after - after === 0) count(after, 1, seq)
      state[MEAN] = state[N] > 0 ? sum.value / state[N] : 0
    },
    interval: finish => blockBootstrap(blocks.cells, 2, totals => finish(totals[1] / totals[0])),
    save(out) {
      out.f64(state[N])
      out.f64(state[MEAN])
      sum.save(out)
      blocks.save(out)
    },
  }
}
