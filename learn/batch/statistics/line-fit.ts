export interface LineFit {
  slope: number
  intercept: number
  /** Correlation of both sides; null where y is constant. */
  r: number | null
}

/** Least squares of y on x; null for fewer than two rows or a constant x. */
export function lineFit(x: ArrayLike<number>, y: ArrayLike<number>): LineFit | null {
  const size = x.length
  if (size < 2) return null
  let meanX = 0
  let meanY = 0
  for (let i = 0; i < size; i++) {
    meanX += (x[i] - meanX) / (i + 1)
    meanY += (y[i] - meanY) / (i + 1)
  }
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < size; i++) {
    const dx = x[i] - meanX
    const dy = y[i] - meanY
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  if (!(xx > (Math.abs(meanX) * 1e-13) ** 2 * size)) return null
  const slope = xy / xx
  return { slope, intercept: meanY - slope * meanX, r: yy > 0 ? xy / Math.sqrt(xx) / Math.sqrt(yy) : null }
}
