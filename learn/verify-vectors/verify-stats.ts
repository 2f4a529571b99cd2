import { createEwVariance } from '../stats/ew-variance.ts'
import { createExtremes } from '../stats/extremes.ts'
import { createInterquartileRange } from '../stats/interquartile-range.ts'
import { createKurtosis } from '../stats/kurtosis.ts'
import { createQuantile } from '../stats/quantile.ts'
import { createRollingInterquartileRange } from '../stats/rolling-interquartile-range.ts'
import { createRollingQuantile } from '../stats/rolling-quantile.ts'
import { createSkew } from '../stats/skew.ts'
import { createVariance } from '../stats/variance.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'
import { type ScalerVectors, verifyScalers } from './verify-scalers.ts'

interface StatsVectors extends ScalerVectors {
  stats: Record<string, { n: number; value: number }[]>
}

const TOLERANCE = 1e-9

/** Running statistics against River's, and what is computed from the same two columns. */
export const verifyStats: VectorVerifier = ({ bytes }) => {
  const vectors = jsonOf<StatsVectors>(bytes)
  const { x, stats } = vectors
  const comparison = createComparison()
  const variance = createVariance()
  const extremes = createExtremes()
  const ew = createEwVariance(0.3)
  const of = (statistic: { readonly value: number; update(x: number): void }) => ({
    update: statistic.update,
    value: () => statistic.value,
  })
  const ours: Record<string, { update(x: number): void; value(): number }> = {
    Mean: { update: () => {}, value: () => variance.mean.value },
    Var: of(variance),
    Skew: of(createSkew()),
    Kurtosis: of(createKurtosis()),
    Min: { update: () => {}, value: () => extremes.min },
    Max: { update: () => {}, value: () => extremes.max },
    PeakToPeak: of(extremes),
    'EWMean_0.3': { update: () => {}, value: () => ew.mean },
    'EWVar_0.3': of(ew),
    'Q0.1': of(createQuantile(0.1)),
    'Q0.5': of(createQuantile(0.5)),
    'Q0.9': of(createQuantile(0.9)),
    'Q0.99': of(createQuantile(0.99)),
    IQR: of(createInterquartileRange()),
    'RollingQ0.5_w50': of(createRollingQuantile(0.5, 50)),
    RollingIQR50: of(createRollingInterquartileRange(50)),
  }
  const expected = Object.entries(stats)
  comparison.same('stats', Object.keys(ours).filter(name => stats[name]).length, expected.length, 0)
  const at = new Map<string, number>()
  x.forEach((value, i) => {
    for (const statistic of Object.values(ours)) statistic.update(value)
    for (const [name, points] of expected) {
      const point = points[at.get(name) ?? 0]
      if (point?.n !== i + 1) continue
      at.set(name, (at.get(name) ?? 0) + 1)
      comparison.same(`stats.${name}[${at.get(name)}]`, ours[name]?.value(), point.value, TOLERANCE)
    }
  })
  verifyScalers(comparison, vectors)
  return comparison.verdict
}
