import { codedError } from '../../coded-error.ts'
import type { Dataset } from '../dataset.ts'

/** Categories of a column that have a coordinate of their own; rarer ones share one. */
const MOST_CATEGORIES = 100

/** Rows as sparse vectors: standardised numbers, one of several for categories, one for what is missing. */
export interface LinearDesign {
  /** Coordinates, the intercept as the last one included. */
  readonly width: number
  readonly columns: readonly DesignColumn[]
  /** Most coordinates of a row that are not zero. */
  readonly most: number
  /** Writes the coordinates of a row that are not zero, the intercept last; returns how many. */
  read(row: number, indexes: Int32Array, values: Float64Array): number
}

export interface DesignColumn {
  /** Numeric columns; the deviation is 0 where the column is constant or missing throughout. */
  readonly mean: number
  readonly deviation: number
  /** Coordinate of the number, or -1. */
  readonly number: number
  /** Coordinate of each code of a nominal column, at code + 1 (missing first, unknown last); of numeric ones that of missing. -1 for none. */
  readonly coordinates: Int32Array
}

/** Throws NO_ROWS, or NO_USABLE_COLUMN when every column is constant or missing. */
export function fitLinearDesign(data: Dataset): LinearDesign {
  if (data.rows === 0) throw codedError('NO_ROWS', 'No rows were given, wanted at least one.')
  let next = 0
  const columns = data.columns.map(({ kind, categories = [] }, index): DesignColumn => {
    if (kind === 'nominal') {
      const coordinates = nominalCoordinates(data.values[index], categories.length, next)
      next = coordinates.reduce((most, coordinate) => Math.max(most, coordinate + 1), next)
      return { mean: 0, deviation: 0, number: -1, coordinates }
    }
    const { mean, deviation, missing } = momentsOf(data.values[index])
    const number = deviation > 0 ? next++ : -1
    const indicator = missing > 0 && missing < data.rows ? next++ : -1
    return { mean, deviation, number, coordinates: Int32Array.of(indicator) }
  })
  if (next === 0) {
    throw codedError(
      'NO_USABLE_COLUMN',
      `All of ${columns.length} columns are constant or missing, wanted one that varies.`,
    )
  }
  const width = next + 1
  return { width, columns, most: 2 * columns.length + 1, read }

  function read(row: number, indexes: Int32Array, values: Float64Array): number {
    let count = 0
    for (let j = 0; j < columns.length; j++) {
      const { mean, deviation, number, coordinates } = columns[j]
      const value = data.values[j][row]
      const isNumber = data.columns[j].kind === 'numeric'
      if (isNumber && Number.isFinite(value)) {
        if (number < 0) continue
        indexes[count] = number
        values[count++] = (value - mean) / deviation
        continue
      }
      const coordinate = coordinates[isNumber ? 0 : value + 1]
      if (coordinate < 0) continue
      indexes[count] = coordinate
      values[count++] = 1
    }
    indexes[count] = width - 1
    values[count++] = 1
    return count
  }
}

/** The most frequent codes first, the others and those that are missing, as far as they occur; none where only one thing occurs. */
function nominalCoordinates(codes: ArrayLike<number>, categories: number, first: number): Int32Array {
  const counts = new Int32Array(categories + 2)
  for (let row = 0; row < codes.length; row++) counts[codes[row] + 1] += 1
  const coordinates = new Int32Array(categories + 2).fill(-1)
  const occurring = Array.from(counts.keys()).filter(at => counts[at] > 0)
  if (occurring.length < 2) return coordinates
  const ranked = occurring.filter(at => at > 0).sort((a, b) => counts[b] - counts[a] || a - b)
  let next = first
  for (const at of ranked.slice(0, MOST_CATEGORIES)) coordinates[at] = next++
  if (ranked.length > MOST_CATEGORIES) {
    // Categories that did not occur, or come later, are rare ones, too.
    for (let at = 1; at < coordinates.length; at++) if (coordinates[at] < 0) coordinates[at] = next
    next++
  }
  if (counts[0] > 0) coordinates[0] = next
  return coordinates
}

function momentsOf(values: ArrayLike<number>): { mean: number; deviation: number; missing: number } {
  let [n, mean, squares] = [0, 0, 0]
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (!Number.isFinite(value)) continue
    n += 1
    const step = value - mean
    mean += step / n
    squares += step * (value - mean)
  }
  // Rounding alone makes a constant column vary by less than this.
  const deviation = n > 0 ? Math.sqrt(squares / n) : 0
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0, missing: values.length - n }
}
