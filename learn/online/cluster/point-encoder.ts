import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'

/**
 * Rows as points in which distances mean something: numeric columns relative to their median in units of their spread,
 * nominal ones one-hot, so that two categories are a distance of 1 apart. Missing values are NaN. Scales and categories are
 * those of the first rows and stay, so that distances of different times can be compared.
 */
export interface PointEncoder {
  readonly width: number
  encode(row: Row): Float64Array
  save(out: StateWriter): void
}

/** Categories with a place of their own; others share one. */
const MOST_CATEGORIES = 16
/** Spreads from the median beyond which a value counts as that far away only. */
const CLIP = 5
/** Two categories differ in two places. */
const ONE = Math.SQRT1_2

export function fitPointEncoder(columns: readonly Column[], rows: readonly Row[]): PointEncoder {
  const numeric = indicesOf(columns, 'numeric')
  const scales = Float64Array.from(numeric.flatMap(i => scaleOf(rows.map(row => row[i]))))
  const categories = indicesOf(columns, 'nominal').map(i => {
    const codes = new Set(rows.map(row => row[i]).filter(code => code >= 0 && code < Infinity))
    return Float64Array.from([...codes].slice(0, MOST_CATEGORIES))
  })
  return createPointEncoder(columns, scales, categories)
}

export function loadPointEncoder(input: StateReader, columns: readonly Column[]): PointEncoder {
  const scales = input.f64s(2 * indicesOf(columns, 'numeric').length)
  const categories = indicesOf(columns, 'nominal').map(() => input.f64s())
  return createPointEncoder(columns, scales, categories)
}

function createPointEncoder(
  columns: readonly Column[],
  scales: Float64Array,
  categories: readonly Float64Array[],
): PointEncoder {
  const numeric = indicesOf(columns, 'numeric')
  const nominal = indicesOf(columns, 'nominal')
  const width = categories.reduce((sum, { length }) => sum + length + 1, numeric.length)
  return {
    width,
    encode(row) {
      const point = new Float64Array(width).fill(Number.NaN)
      numeric.forEach((column, j) => {
        if (!Number.isFinite(row[column])) return
        const z = (row[column] - scales[2 * j]) / scales[2 * j + 1]
        point[j] = Math.max(-CLIP, Math.min(CLIP, z))
      })
      let at = numeric.length
      nominal.forEach((column, j) => {
        const known = categories[j]
        if (row[column] >= 0) {
          const place = known.indexOf(row[column])
          point.fill(0, at, at + known.length + 1)
          point[at + (place < 0 ? known.length : place)] = ONE
        }
        at += known.length + 1
      })
      return point
    },
    save(out) {
      out.f64s(scales)
      for (const codes of categories) out.f64s(codes)
    },
  }
}

/** Median and spread: the larger of interquartile range and mean absolute deviation, as standard deviations of a normal. */
function scaleOf(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort()
  if (sorted.length === 0) return [0, 1]
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]
  const middle = at(0.5)
  const deviation = sorted.reduce((sum, value) => sum + Math.abs(value - middle) / sorted.length, 0)
  const spread = Math.max((at(0.75) - at(0.25)) / 1.349, Math.min(1.2533 * deviation, 1e150))
  return [middle, spread > 0 && spread < Infinity ? spread : 1]
}

function indicesOf(columns: readonly Column[], kind: Column['kind']): number[] {
  return columns.flatMap((column, i) => (column.kind === kind ? [i] : []))
}
