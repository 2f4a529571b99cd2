import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Dataset } from '../dataset.ts'
import { loadColumns, saveColumns } from '../encoder/column-state.ts'
import type { Scorer } from '../scorer.ts'

/** What a linear model adds for each column, relative to its mean over the training rows. */
export interface LinearTerms {
  /** The mean raw score of the training rows. */
  readonly base: number
  /** Per column. */
  readonly terms: readonly LinearTerm[]
}

interface LinearTerm {
  /** Numeric columns: a value adds slope * (value - mean) + present. */
  readonly slope: number
  readonly mean: number
  readonly present: number
  /** Nominal: what each code adds, at code + 1. Numeric: what a missing value adds. */
  readonly table: Float64Array
  /** Deviation of what the column adds over the training rows. */
  readonly deviation: number
}

/** A weighted sum as a scorer. */
export function createLinearScorer(columns: readonly BatchColumn[], { base, terms }: LinearTerms): Scorer {
  const numeric = columns.map(({ kind }) => kind === 'numeric')

  function term(column: number, value: number): number {
    const { slope, mean, present, table } = terms[column]
    if (!numeric[column]) return table[value + 1]
    return Number.isFinite(value) ? slope * (value - mean) + present : table[0]
  }

  return {
    columns,
    outputs: 1,
    raw(row, out) {
      let sum = base
      for (let column = 0; column < terms.length; column++) sum += term(column, row[column])
      out[0] = sum
    },
    rawAll({ rows, values }: Dataset) {
      const sums = new Float64Array(rows).fill(base)
      for (let column = 0; column < terms.length; column++) {
        const own = values[column]
        for (let row = 0; row < rows; row++) sums[row] += term(column, own[row])
      }
      return sums
    },
    contributions(row) {
      const parts = new Float64Array(terms.length + 1)
      for (let column = 0; column < terms.length; column++) parts[column] = term(column, row[column])
      parts[terms.length] = base
      return parts
    },
    importances: () => ({
      gain: Float64Array.from(terms, ({ deviation }) => deviation),
      split: new Float64Array(terms.length).fill(1),
    }),
    save(out: StateWriter) {
      saveColumns(out, columns)
      out.f64(base)
      for (const { slope, mean, present, table, deviation } of terms) {
        out.f64s(Float64Array.of(slope, mean, present, deviation))
        out.f64s(table)
      }
    },
  }
}

/** Reads what logistic regression or ridge saved. Throws CHECKPOINT_CORRUPT. */
export function loadLinearScorer(input: StateReader): Scorer {
  const columns = loadColumns(input)
  const base = input.f64()
  const terms = columns.map(({ kind, categories = [] }): LinearTerm => {
    const [slope, mean, present, deviation] = input.f64s(4)
    const table = input.f64s(kind === 'nominal' ? categories.length + 2 : 1)
    return { slope, mean, present, table, deviation }
  })
  const finite = ({ slope, mean, present, table, deviation }: LinearTerm) =>
    [slope, mean, present, deviation, ...table].every(Number.isFinite)
  if (Number.isFinite(base) && terms.every(finite)) return createLinearScorer(columns, { base, terms })
  throw codedError(
    'CHECKPOINT_CORRUPT',
    'A linear model holds a number that is not finite, wanted finite ones.',
  )
}
