import type { Random } from '../../../math/random.ts'
import { createLloydAssigner } from './assigner.ts'
import { inertiaOf, type KMeansResult } from './full-run.ts'
import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

interface Options {
  points: Points
  /** Not changed. */
  init: Float64Array
  /** Rows per batch. */
  batch: number
  /** Passes over as many rows as there are, at most. */
  maxIterations: number
  random: Random
}

/** Batches without a better smoothed inertia after which it ends. */
const PATIENCE = 10

/**
 * Sculley 2010, "Web-scale k-means clustering": centres move towards the rows of random batches by one part in the rows
 * they have seen. Ends when the smoothed inertia of batches no longer falls. Labels are those of all rows in the end.
 */
export function miniBatchRun({ points, init, batch, maxIterations, random }: Options): KMeansResult {
  const { data, width, rows } = points
  const k = init.length / width
  const size = Math.min(batch, rows)
  const centers = init.slice()
  const seen = new Float64Array(k)
  const drawn = new Int32Array(size)
  const own = new Int32Array(size)
  // Twice as heavy as an average over all rows would make it, at most 1 (as in scikit-learn).
  const rate = Math.min(1, (2 * size) / (rows + 1))
  const most = Math.ceil((maxIterations * rows) / size)
  let [smoothed, least, misses, iterations] = [Number.NaN, Infinity, 0, 0]
  while (iterations < most && misses < PATIENCE) {
    iterations += 1
    let inertia = 0
    for (let b = 0; b < size; b++) {
      const row = random.below(rows)
      drawn[b] = row
      let nearest = Infinity
      for (let c = 0; c < k; c++) {
        const distance = squaredDistance(data, row * width, centers, c * width, width)
        if (distance >= nearest) continue
        nearest = distance
        own[b] = c
      }
      inertia += nearest
    }
    for (let b = 0; b < size; b++) {
      const c = own[b]
      seen[c] += 1
      const step = 1 / seen[c]
      for (let j = 0; j < width; j++) {
        centers[c * width + j] += step * (data[drawn[b] * width + j] - centers[c * width + j])
      }
    }
    // The first batch is judged by the starting centres.
    if (iterations === 1) continue
    smoothed = smoothed === smoothed ? smoothed + rate * (inertia / size - smoothed) : inertia / size
    if (smoothed < least) [least, misses] = [smoothed, 0]
    else misses += 1
  }
  const labels = new Int32Array(rows)
  createLloydAssigner(points).assign(centers, labels)
  const inertia = inertiaOf(points, centers, labels)
  return { centers, labels, inertia, iterations, converged: misses >= PATIENCE }
}
