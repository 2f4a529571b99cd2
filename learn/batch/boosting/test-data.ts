import { createRandom } from '../../math/random.ts'
import type { BatchColumn, Dataset } from '../dataset.ts'
import type { BoostingPart } from './boosting-options.ts'

/** Rows by column: numbers are numeric columns, `categories` of them nominal ones with that many codes. */
export function datasetOf(
  columns: Readonly<Record<string, Float64Array | { codes: Int32Array; categories: number }>>,
): Dataset {
  const entries = Object.entries(columns)
  return {
    rows: entries.map(([, column]) => ('codes' in column ? column.codes : column).length)[0],
    columns: entries.map(
      ([name, column]): BatchColumn =>
        'codes' in column
          ? {
              name,
              kind: 'nominal',
              categories: Array.from({ length: column.categories }, (_, i) => `c${i}`),
            }
          : { name, kind: 'numeric' },
    ),
    values: entries.map(([, column]) => ('codes' in column ? column.codes : column)),
  }
}

/**
 * A number x in [0, 1) with a tenth missing, noise, a nominal column of 6 and one of 60 categories, and labels 0 and 1 that
 * all but the noise tell about.
 */
export function mixedPart(rows: number, seed: number): BoostingPart {
  const random = createRandom(seed)
  const x = new Float64Array(rows)
  const noise = new Float64Array(rows)
  const few = new Int32Array(rows)
  const many = new Int32Array(rows)
  const labels = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    x[i] = random.below(10) === 0 ? NaN : random.next()
    noise[i] = random.normal()
    few[i] = random.below(7) - 1
    many[i] = random.below(60)
    const odds = (Number.isNaN(x[i]) ? 1 : 4 * (x[i] - 0.5)) + (few[i] % 2) + (many[i] % 3) - 1.5
    labels[i] = random.next() < 1 / (1 + Math.exp(-odds)) ? 1 : 0
  }
  const data = datasetOf({
    x,
    noise,
    few: { codes: few, categories: 6 },
    many: { codes: many, categories: 60 },
  })
  return { data, labels }
}
