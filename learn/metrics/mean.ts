import type { StateWriter } from '../state/writer.ts'
import { blockBootstrap } from './block-bootstrap.ts'
import { BlockSums } from './block-sums.ts'
import { ExactSum } from './exact-sum.ts'
import type { Interval } from './interval.ts'
import type { SavedState } from './saved-state.ts'

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
  let n = from ? from.input.f64() : 0
  let mean = from ? from.input.f64() : 0
  const sum = from?.version === 2 ? new ExactSum(from.input) : new ExactSum(undefined, n * mean)
  const blocks = new BlockSums(2, from)

  function count(value: number, sign: 1 | -1, seq: number): void {
    sum.add(sign * value)
    const at = blocks.at(seq === seq ? seq : n)
    blocks.cells[at] += sign
    blocks.cells[at + 1] += sign * value
  }

  return {
    n: () => n,
    get: () => mean,
    add(value, _, seq = n) {
      count(value, 1, seq)
      n += 1
      mean += (value - mean) / n
    },
    replace(before, after, _, seq) {
      if (before - before === 0) {
        count(before, -1, seq)
        n -= 1
      }
      if (after - after === 0) {
        count(after, 1, seq)
        n += 1
      }
      mean = n > 0 ? sum.value / n : 0
    },
    interval: finish => blockBootstrap(blocks.cells, 2, totals => finish(totals[1] / totals[0])),
    save(out) {
      out.f64(n)
      out.f64(mean)
      sum.save(out)
      blocks.save(out)
    },
  }
}
