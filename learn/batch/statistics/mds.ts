import { codedError } from '../../coded-error.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

export interface Mds {
  /** One a row of the distances. */
  points: { x: number; y: number }[]
  /** Kruskal's stress-1: 0 if all distances are kept, above 0.2 poor. */
  stress: number
}

const ITERATIONS = 300
const TOLERANCE = 1e-9

/**
 * Points in the plane whose distances are like the given ones, row by row: classical scaling (Torgerson 1952), then made better by SMACOF
 * (de Leeuw 1977). No randomness: centred, the direction of most spread along x, the sign as `symmetricEigen` settles it.
 * @throws `INVALID_DATA` if a row has not as many distances as there are rows.
 */
export function mds(distances: readonly ArrayLike<number>[]): Mds {
  const size = distances.length
  const ragged = distances.find(row => row.length !== size)
  if (ragged)
    throw codedError(
      'INVALID_DATA',
      `${ragged.length} distances given in one of ${size} rows, ${size} wanted.`,
    )
  let points = classical(distances)
  let stress = stressOf(points, distances)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = guttman(points, distances)
    const better = stressOf(next, distances)
    if (!(stress - better > TOLERANCE * Math.max(stress, 1e-300))) break
    points = next
    stress = better
  }
  const [x, y] = aligned(points)
  return { points: Array.from(x, (value, i) => ({ x: value, y: y[i] })), stress }
}

type Points = readonly [Float64Array, Float64Array]

function classical(distances: readonly ArrayLike<number>[]): Points {
  const size = distances.length
  const means = distances.map(row => Array.from(row).reduce((sum, d) => sum + (d * d) / size, 0))
  const mean = means.reduce((sum, value) => sum + value / size, 0)
  const gram = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      gram[i * size + j] = -0.5 * (distances[i][j] * distances[j][i] - means[i] - means[j] + mean)
    }
  }
  const { values, vectors } = symmetricEigen(gram, size)
  const axis = (index: number) => {
    const scale = Math.sqrt(Math.max(0, values[index] ?? 0))
    return Float64Array.from({ length: size }, (_, i) => scale * (vectors[index]?.[i] ?? 0))
  }
  return [axis(0), axis(1)]
}

/** The point set that the current one's majorising function is least for. */
function guttman([x, y]: Points, distances: readonly ArrayLike<number>[]): Points {
  const size = x.length
  const [nextX, nextY] = [new Float64Array(size), new Float64Array(size)]
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const apart = Math.hypot(x[i] - x[j], y[i] - y[j])
      const pull = apart > 0 ? distances[i][j] / apart : 0
      nextX[i] += (pull * (x[i] - x[j])) / size
      nextY[i] += (pull * (y[i] - y[j])) / size
    }
  }
  return [nextX, nextY]
}

function stressOf([x, y]: Points, distances: readonly ArrayLike<number>[]): number {
  let gap = 0
  let all = 0
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      gap += (distances[i][j] - Math.hypot(x[i] - x[j], y[i] - y[j])) ** 2
      all += distances[i][j] ** 2
    }
  }
  return all > 0 ? Math.sqrt(gap / all) : 0
}

function aligned([x, y]: Points): Points {
  const size = x.length
  const centre = (values: Float64Array) => values.reduce((sum, value) => sum + value / size, 0)
  const [meanX, meanY] = [centre(x), centre(y)]
  const spread = new Float64Array(4)
  for (let i = 0; i < size; i++) {
    const [dx, dy] = [x[i] - meanX, y[i] - meanY]
    spread[0] += dx * dx
    spread[1] += dx * dy
    spread[2] += dx * dy
    spread[3] += dy * dy
  }
  const [first, second] = symmetricEigen(spread, 2).vectors
  const along = (axis: Float64Array) =>
    x.map((value, i) => (value - meanX) * axis[0] + (y[i] - meanY) * axis[1])
  return [along(first), along(second)]
}
