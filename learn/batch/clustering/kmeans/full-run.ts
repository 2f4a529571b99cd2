import type { Assigner } from './assigner.ts'
import { createCenterUpdater } from './center-updater.ts'
import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

/** Centres and labels, and how they were found. */
export interface KMeansResult {
  /** `k * width` numbers, centre by centre. */
  readonly centers: Float64Array
  /** Cluster of each row. */
  readonly labels: Int32Array
  /** Sum of squared distances of rows to their centres. */
  readonly inertia: number
  readonly iterations: number
  /** False if the most iterations allowed ended it. */
  readonly converged: boolean
}

interface Options {
  points: Points
  /** Not changed. */
  init: Float64Array
  assigner: Assigner
  maxIterations: number
  /** Squared distance that all centres together may still move. */
  tolerance: number
}

/** Iterations over all rows until no label changes, or centres hardly move; then labels fit the centres returned. */
export function fullRun({ points, init, assigner, maxIterations, tolerance }: Options): KMeansResult {
  const { width, rows } = points
  const labels = new Int32Array(rows)
  const shifts = new Float64Array(init.length / width)
  const updater = createCenterUpdater(points, shifts.length)
  let centers = init.slice()
  let fresh = new Float64Array(init.length)
  let iterations = 0
  let converged = false
  while (iterations < maxIterations) {
    iterations += 1
    assigner.assign(centers, labels)
    const changed = updater.update(labels, centers, fresh)
    let moved = 0
    for (let c = 0; c < shifts.length; c++) {
      const squared = squaredDistance(centers, c * width, fresh, c * width, width)
      shifts[c] = Math.sqrt(squared)
      moved += squared
    }
    ;[centers, fresh] = [fresh, centers]
    assigner.moved(shifts)
    converged = changed === 0 || moved <= tolerance
    if (changed === 0) break
    if (!converged && iterations < maxIterations) continue
    assigner.assign(centers, labels)
    break
  }
  return { centers, labels, inertia: inertiaOf(points, centers, labels), iterations, converged }
}

/** Sum of squared distances of rows to the centres they are assigned to. */
export function inertiaOf({ data, width, rows }: Points, centers: Float64Array, labels: Int32Array): number {
  let sum = 0
  for (let i = 0; i < rows; i++) sum += squaredDistance(data, i * width, centers, labels[i] * width, width)
  return sum
}
