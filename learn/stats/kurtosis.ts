import { createCentralMoments } from './central-moments.ts'
import type { Statistic } from './statistic.ts'

/** Running excess kurtosis, -3 while all values are equal; corrected for bias (from four values) unless `biased`. */
export function createKurtosis({ biased = false }: { biased?: boolean } = {}): Statistic {
  const moments = createCentralMoments()
  return {
    get value() {
      const { n, m2, m4 } = moments
      if (!(m2 > 0)) return -3
      const kurtosis = (n * m4) / (m2 * m2)
      if (biased || n < 4) return kurtosis - 3
      return ((n * n - 1) * kurtosis - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
    },
    update: moments.update,
  }
}
