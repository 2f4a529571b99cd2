import type { Random } from '../../../math/random.ts'
import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007, section 6): each next centre is the best of 2 + ln k candidates that
 * were drawn with probability proportional to the squared distance to the nearest centre so far. Returns `k * width` numbers.
 */
export function plusPlus({ data, width, rows }: Points, k: number, random: Random): Float64Array {
  const trials = 2 + Math.floor(Math.log(k))
  const centers = new Float64Array(k * width)
  let nearest = new Float64Array(rows).fill(Infinity)
  let candidate = new Float64Array(rows)
  let best = new Float64Array(rows)
  let potential = 0

  /** Distances to the nearest centre if this row became one, into `candidate`; returns their sum. */
  function tryRow(row: number): number {
    let sum = 0
    const from = row * width
    for (let i = 0, at = 0; i < rows; i++, at += width) {
      const own = nearest[i]
      const distance = squaredDistance(data, at, data, from, width)
      const least = distance < own ? distance : own
      candidate[i] = least
      sum += least
    }
    return sum
  }

  function draw(): number {
    let left = random.next() * potential
    for (let i = 0; i < rows; i++) {
      left -= nearest[i]
      if (left < 0) return i
    }
    // All rows coincide with a centre, or rounding left a hair.
    return rows - 1
  }

  for (let chosen = 0; chosen < k; chosen++) {
    let row = -1
    let least = Infinity
    for (let trial = 0; trial < (chosen === 0 ? 1 : trials); trial++) {
      const drawn = chosen === 0 ? random.below(rows) : draw()
      const sum = tryRow(drawn)
      if (row >= 0 && sum >= least) continue
      row = drawn
      least = sum
      ;[candidate, best] = [best, candidate]
    }
    ;[nearest, best] = [best, nearest]
    potential = least
    centers.set(data.subarray(row * width, (row + 1) * width), chosen * width)
  }
  return centers
}
