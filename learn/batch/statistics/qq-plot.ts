import { lineFit } from './line-fit.ts'
import { normalQuantile } from './normal-quantile.ts'
import { sortedCopy } from './sorted-copy.ts'

export interface QqPlot {
  /** Medians of the order statistics of a standard normal sample (Filliben 1975). */
  theoretical: number[]
  ordered: number[]
  /** The line through the points; null for fewer than two. */
  slope: number | null
  intercept: number | null
  r: number | null
}

/** The finite values beside what a normal sample of their size would have, evenly thinned to `maxPoints`; the line is of all. */
export function qqPlot(values: ArrayLike<number>, { maxPoints = 2000 }: { maxPoints?: number } = {}): QqPlot {
  const ordered = sortedCopy(values)
  const size = ordered.length
  const theoretical = new Float64Array(size)
  const last = 0.5 ** (1 / size)
  for (let i = 0; i < size; i++) {
    const share = i === size - 1 ? last : i === 0 ? 1 - last : (i + 1 - 0.3175) / (size + 0.365)
    theoretical[i] = normalQuantile(share)
  }
  const line = lineFit(theoretical, ordered)
  const shown = Math.min(size, maxPoints)
  // By rank: the ends of the distribution, which such a plot is looked at for, are kept one by one.
  const position = (i: number) => (shown === size ? i : Math.round(tail(i / (shown - 1)) * (size - 1)))
  const kept = [...new Set(Array.from({ length: shown }, (_, i) => position(i)))]
  return {
    theoretical: kept.map(i => theoretical[i]),
    ordered: kept.map(i => ordered[i]),
    slope: line?.slope ?? null,
    intercept: line?.intercept ?? null,
    r: line?.r ?? null,
  }
}

/** Maps 0..1 onto 0..1 so that points lie dense at both ends. */
const tail = (share: number): number => share * share * (3 - 2 * share)
