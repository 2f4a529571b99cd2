import { createQuantile } from './quantile.ts'
import type { Statistic } from './statistic.ts'

/** Distance of two running quantiles, NaN when empty. */
export function createInterquartileRange(low = 0.25, high = 0.75): Statistic {
  const below = createQuantile(low)
  const above = createQuantile(high)
  return {
    get value() {
      return above.value - below.value
    },
    update(x) {
      below.update(x)
      above.update(x)
    },
  }
}
