import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Category, Dataset } from '../dataset.ts'
import type { FeatureInput } from '../model/batch-model.ts'
import { loadColumns, saveColumns } from './column-state.ts'

/** Turns values of features into the numbers of a `Dataset`. Fitted once, on the training part; then it is data. */
export interface Encoder {
  readonly columns: readonly BatchColumn[]
  /** One row for values in the order of `columns`: unknown categories get their column's own code, missing ones -1. Pure. */
  encode(values: readonly FeatureInput[]): Float64Array
  /** The same rows in this encoder's codes. Columns are found by name; numeric ones are shared, not copied. */
  recode(data: Dataset): Dataset
  /** The category behind a code; null where it is missing, undefined where it was unknown. */
  category(column: number, code: number): Category | null | undefined
  save(out: StateWriter): void
}

/**
 * The encoder of the categories that stand in rows `from` to `to` (exclusive) of a dataset, sorted, so that the order of rows does
 * not matter.
 */
export function fitEncoder(
  data: Dataset,
  { from = 0, to = data.rows }: { from?: number; to?: number } = {},
): Encoder {
  return fromColumns(
    data.columns.map(({ name, kind, categories = [] }, index) => {
      if (kind === 'numeric') return { name, kind }
      const seen = new Uint8Array(categories.length)
      const codes = data.values[index]
      for (let row = from; row < to; row++) {
        const code = codes[row]
        if (code >= 0 && code < seen.length) seen[code] = 1
      }
      return { name, kind, categories: categories.filter((_, code) => seen[code] === 1).sort(byTypeAndValue) }
    }),
  )
}

/** @throws Error with code `CHECKPOINT_CORRUPT`. */
export function loadEncoder(input: StateReader): Encoder {
  return fromColumns(loadColumns(input))
}

function fromColumns(columns: readonly BatchColumn[]): Encoder {
  const codes = columns.map(({ categories = [] }) => new Map(categories.map((value, code) => [value, code])))
  const width = columns.length
  return {
    columns,
    encode(values) {
      if (values.length !== width) {
        throw codedError('BAD_USER_INPUT', `A row of ${values.length} values given, ${width} wanted.`)
      }
      const row = new Float64Array(width)
      for (let i = 0; i < width; i++) {
        const value = values[i]
        row[i] = columns[i].kind === 'numeric' ? numberOf(value) : codeOf(codes[i], value)
      }
      return row
    },
    recode(data) {
      const at = new Map(data.columns.map(({ name }, index) => [name, index]))
      const values = columns.map(({ name, kind }, index) => {
        const source = at.get(name)
        if (source === undefined) {
          throw codedError(
            'BAD_USER_INPUT',
            `Rows without the column "${name}" given, ${width} columns wanted.`,
          )
        }
        if (kind === 'numeric') return data.values[source]
        const table = Int32Array.from(data.columns[source].categories ?? [], value =>
          codeOf(codes[index], value),
        )
        return recoded(data.values[source], table, codes[index].size)
      })
      return { rows: data.rows, columns, values }
    },
    category: (column, code) => (code === -1 ? null : columns[column].categories?.[code]),
    save: out => saveColumns(out, columns),
  }
}

function recoded(from: Float64Array | Int32Array, table: Int32Array, unknown: number): Int32Array {
  const out = new Int32Array(from.length)
  for (let row = 0; row < out.length; row++) {
    const code = from[row]
    out[row] = code < 0 ? -1 : code < table.length ? table[code] : unknown
  }
  return out
}

/** As online: booleans count 0 or 1, whatever else is no finite number is missing. */
function numberOf(value: FeatureInput): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN
  return typeof value === 'boolean' ? Number(value) : Number.NaN
}

function codeOf(codes: ReadonlyMap<Category, number>, value: FeatureInput): number {
  if (value === null || value === undefined || Number.isNaN(value)) return -1
  return codes.get(value) ?? codes.size
}

/** Booleans, then numbers, then texts by code unit. */
function byTypeAndValue(a: Category, b: Category): number {
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
