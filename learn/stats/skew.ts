import { createCentralMoments } from './central-moments.ts'
import type { Statistic } from './statistic.ts'

/** Running skewness, 0 while all values are equal; corrected for bias (from three values) unless `biased`. */
export function createSkew({ biased = false }: { biased?: boolean } = {}): Statistic {
  const moments = createCentralMoments()
  return {
    get value() {
      const { n, m2, m3 } = moments
      const skew = m2 > 0 ? (Math.sqrt(n) * m3) / m2 ** 1.5 : 0
      return biased || n < 3 ? skew : (Math.sqrt(n * (n - 1)) / (n - 2)) * skew
    },
    update: moments.update,
  }
}
