import type { Statistic } from './statistic.ts'

/** Largest value minus smallest, 0 when empty; with both. */
export interface Extremes extends Statistic {
  /** Infinity when empty. */
  readonly min: number
  /** -Infinity when empty. */
  readonly max: number
}

export function createExtremes(): Extremes {
  let min = Infinity
  let max = -Infinity
  return {
    get min() {
      return min
    },
    get max() {
      return max
    },
    get value() {
      return max >= min ? max - min : 0
    },
    update(x) {
      if (x < min) min = x
      if (x > max) max = x
    },
  }
}
