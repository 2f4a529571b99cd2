/** Values at `quantiles` (0 to 1) of `sorted`, interpolated linearly between neighbours as NumPy does; empty input gives none. */
export function percentiles(sorted: ArrayLike<number>, quantiles: readonly number[]): number[] {
  const last = sorted.length - 1
  if (last < 0) return []
  return quantiles.map(quantile => {
    const position = quantile * last
    const below = Math.min(last, Math.max(0, Math.floor(position)))
    const low = sorted[below]
    const high = sorted[Math.min(last, below + 1)]
    const share = position - below
    // From the nearer side, as NumPy does, so that both ends are met exactly.
    return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
  })
}
