import type { Assigner } from './assigner.ts'
import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

/** Bounds must be apart by this part of the data's extent, far more than rounding can add up to, before a row is skipped. */
const SLACK = 1e-9

/**
 * Hamerly 2010, "Making k-means even faster": a row whose centre is surely nearer than the second nearest is not looked
 * at. Rows are skipped only where rounding cannot matter, so labels equal those of Lloyd's algorithm.
 */
export function createHamerlyAssigner({ data, width, rows }: Points): Assigner {
  /** At least the distance to the own centre. */
  const upper = new Float64Array(rows)
  /** At most the distance to any other centre. */
  const lower = new Float64Array(rows)
  const slack = SLACK * (1 + largest(data))
  let shifts: Float64Array | null = null
  let first = true

  return {
    assign(centers, labels) {
      const k = centers.length / width
      const halves = halfDistances(centers, width)
      let [most, mostOther, mostAt] = [0, 0, -1]
      if (shifts !== null) [most, mostOther, mostAt] = twoLargest(shifts)
      for (let i = 0, at = 0; i < rows; i++, at += width) {
        const own = labels[i]
        if (!first) {
          if (shifts !== null) {
            upper[i] += shifts[own]
            lower[i] -= own === mostAt ? mostOther : most
          }
          const bound = (halves[own] > lower[i] ? halves[own] : lower[i]) - slack
          if (upper[i] < bound) continue
          upper[i] = Math.sqrt(squaredDistance(data, at, centers, own * width, width))
          if (upper[i] < bound) continue
        }
        let label = 0
        let least = Infinity
        let second = Infinity
        for (let c = 0, from = 0; c < k; c++, from += width) {
          const distance = squaredDistance(data, at, centers, from, width)
          if (distance < least) {
            second = least
            least = distance
            label = c
          } else if (distance < second) second = distance
        }
        labels[i] = label
        upper[i] = Math.sqrt(least)
        lower[i] = Math.sqrt(second)
      }
      first = false
      shifts = null
    },
    moved(distances) {
      shifts = distances
    },
  }
}

function largest(data: Float64Array): number {
  let most = 0
  for (let i = 0; i < data.length; i++) if (Math.abs(data[i]) > most) most = Math.abs(data[i])
  return most
}

/** Half the distance of each centre to the nearest other one. */
function halfDistances(centers: Float64Array, width: number): Float64Array {
  const k = centers.length / width
  const halves = new Float64Array(k).fill(Infinity)
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      if (a === b) continue
      const half = 0.5 * Math.sqrt(squaredDistance(centers, a * width, centers, b * width, width))
      if (half < halves[a]) halves[a] = half
    }
  }
  return halves
}

/** The largest value, the second largest, and where the largest stands. */
function twoLargest(values: Float64Array): [number, number, number] {
  let [most, other, at] = [-1, 0, -1]
  values.forEach((value, index) => {
    if (value > most) [most, other, at] = [value, Math.max(most, 0), index]
    else if (value > other) other = value
  })
  return [most, other, at]
}
