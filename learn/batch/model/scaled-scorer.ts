import { codedError } from '../../coded-error.ts'
import type { Scorer } from '../scorer.ts'

/** How a learner's multiples become the label's unit. */
export interface Scale {
  /** Index of a numeric column that was positive in training. */
  readonly column: number
  /** What stands for it where it is missing or not positive: its median in training. */
  readonly fallback: number
}

/**
 * A scorer of the label as a multiple of one column, as a scorer of the label: travel time, say, as a multiple of the distance.
 * Contributions are those of the multiple times the row's value of the column; what the column itself makes of the base is
 * counted as its own.
 */
export function scaledScorer(inner: Scorer, { column, fallback }: Scale): Scorer {
  if (
    inner.columns[column]?.kind !== 'numeric' ||
    !(fallback > 0 && Number.isFinite(fallback)) ||
    inner.outputs !== 1
  ) {
    throw codedError(
      'MODEL_CORRUPT',
      `A scale of column ${column} with fallback ${fallback} given, one of a numeric column and a positive number wanted.`,
    )
  }
  const scaleOf = (value: number) => (value > 0 && value < Infinity ? value : fallback)
  const width = inner.columns.length
  return {
    columns: inner.columns,
    outputs: 1,
    raw(row, out) {
      inner.raw(row, out)
      out[0] *= scaleOf(row[column])
    },
    rawAll(data) {
      const raw = inner.rawAll(data)
      const values = data.values[column]
      for (let row = 0; row < raw.length; row++) raw[row] *= scaleOf(values[row])
      return raw
    },
    contributions(row, output) {
      const parts = inner.contributions(row, output)
      const scale = scaleOf(row[column])
      const base = parts[width]
      for (let i = 0; i < width; i++) parts[i] *= scale
      parts[column] += base * (scale - fallback)
      parts[width] = base * fallback
      return parts
    },
    importances: () => inner.importances(),
    save: out => inner.save(out),
  }
}
