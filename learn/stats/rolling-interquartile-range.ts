import { createSortedWindow } from './sorted-window.ts'
import type { Statistic } from './statistic.ts'

/** Distance of two exact quantiles of the last `size` values; NaN when empty. */
export function createRollingInterquartileRange(size: number, low = 0.25, high = 0.75): Statistic {
  const window = createSortedWindow(size)
  return {
    get value() {
      return window.quantile(high) - window.quantile(low)
    },
    update: window.push,
  }
}
