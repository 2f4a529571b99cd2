import { samplePositions } from './sample-positions.ts'

/** Every row is compared with every other, so more rows than this are drawn down to it. */
const ROWS = 2000

/**
 * How far neighbours in an embedding are neighbours in the data: 1 if they all are (Venna and Kaski 2001). `data` is row-major of
 * `width` columns, `embedding` of `dimensions`. Null for fewer than `2 * neighbors` rows.
 */
export function trustworthiness({
  data,
  width,
  embedding,
  dimensions = 2,
  neighbors = 5,
  maxRows = ROWS,
  seed = 42,
}: {
  data: Float64Array
  width: number
  embedding: Float64Array
  dimensions?: number
  neighbors?: number
  maxRows?: number
  seed?: number
}): number | null {
  const rows = samplePositions(width > 0 ? data.length / width : 0, maxRows, seed)
  const size = rows.length
  if (neighbors < 1 || size <= 2 * neighbors) return null
  const original = new Float64Array(size)
  const embedded = new Float64Array(size)
  const nearest = new Int32Array(neighbors)
  let penalty = 0
  for (let i = 0; i < size; i++) {
    distancesFrom(data, width, rows, i, original)
    distancesFrom(embedding, dimensions, rows, i, embedded)
    embedded[i] = Infinity
    original[i] = Infinity
    nearestOf(embedded, nearest)
    for (const other of nearest) {
      // Rank from 1 among the others in the data; equals count in their order, as a stable sort has them.
      let rank = 1
      const distance = original[other]
      for (let j = 0; j < size; j++)
        if (original[j] < distance || (original[j] === distance && j < other)) rank++
      if (rank > neighbors) penalty += rank - neighbors
    }
  }
  return 1 - (penalty * 2) / (size * neighbors * (2 * size - 3 * neighbors - 1))
}

function distancesFrom(
  data: Float64Array,
  width: number,
  rows: readonly number[],
  from: number,
  out: Float64Array,
): void {
  const start = rows[from] * width
  for (let j = 0; j < rows.length; j++) {
    const other = rows[j] * width
    let sum = 0
    for (let c = 0; c < width; c++) sum += (data[start + c] - data[other + c]) ** 2
    out[j] = sum
  }
}

/** Positions of the smallest values, smallest first, equals in their order. */
function nearestOf(values: Float64Array, out: Int32Array): void {
  const size = out.length
  let found = 0
  for (let j = 0; j < values.length; j++) {
    if (found === size && !(values[j] < values[out[size - 1]])) continue
    if (found < size) found++
    let i = found - 1
    for (; i > 0 && values[out[i - 1]] > values[j]; i--) out[i] = out[i - 1]
    out[i] = j
  }
}
