/** How losses spread, which their mean does not show. */
export interface LossSummary {
  n: number
  mean: number
  /** By the nearest rank. */
  quantiles: Record<'p10' | 'p25' | 'p50' | 'p75' | 'p90' | 'p95' | 'p99', number>
  max: number
}

const RANKS = [10, 25, 50, 75, 90, 95, 99] as const

/** Null for no losses. */
export function lossSummary(losses: readonly number[]): LossSummary | null {
  const n = losses.length
  if (n === 0) return null
  const sorted = Float64Array.from(losses).sort()
  const at = (percent: number) => sorted[Math.max(0, Math.ceil((percent / 100) * n) - 1)] as number
  const quantiles = Object.fromEntries(RANKS.map(rank => [`p${rank}`, at(rank)]))
  return {
    n,
    mean: sorted.reduce((sum, loss) => sum + loss, 0) / n,
    quantiles: quantiles as LossSummary['quantiles'],
    max: sorted[n - 1] as number,
  }
}
