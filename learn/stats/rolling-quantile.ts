import { createSortedWindow } from './sorted-window.ts'
import type { Statistic } from './statistic.ts'

/** Exact quantile of the last `size` values, interpolated linearly; NaN when empty. */
export function createRollingQuantile(q: number, size: number): Statistic {
  const window = createSortedWindow(size)
  return {
    get value() {
      return window.quantile(q)
    },
    update: window.push,
  }
}
