import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import type { Table } from '#learn/batch/table-file.ts'
import { frequentCodes } from './typical-row.ts'

interface Options {
  column: number
  /** Most values. */
  steps: number
  /** Percentiles of a number between which its values lie, 0 to 1. */
  from: number
  to: number
}

/** Categories that are shown of a feature with many. */
const MOST_CATEGORIES = 30

/**
 * Values at which a model is asked about a feature: all of a number with fewer different ones than steps, as in scikit-learn, else even
 * steps between two percentiles; the most frequent categories.
 */
export function featureGrid({ columns, values }: Table, { column, steps, from, to }: Options): number[] {
  const all = values[column] ?? []
  if (columns[column]?.kind === 'nominal') return frequentCodes(all, Math.min(steps, MOST_CATEGORIES))
  const known = Float64Array.from(all).filter(Number.isFinite).sort()
  const different = new Set(known)
  if (different.size < steps) return [...different]
  const [low, high] = percentiles(known, [from, to])
  if (low === undefined || high === undefined) return []
  if (!(high > low)) return [low]
  return Array.from({ length: steps }, (_, i) => low + ((high - low) * i) / (steps - 1))
}
