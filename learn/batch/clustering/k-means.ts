import { codedError } from '../../coded-error.ts'
import { createRandom } from '../../math/random.ts'
import { createLloydAssigner } from './kmeans/assigner.ts'
import { fullRun, type KMeansResult } from './kmeans/full-run.ts'
import { createHamerlyAssigner } from './kmeans/hamerly.ts'
import { miniBatchRun } from './kmeans/mini-batch-run.ts'
import { plusPlus } from './kmeans/plus-plus.ts'
import { checkClusters, type Points, readPoints } from './kmeans/points.ts'

export interface KMeansOptions {
  /** Rows of `width` finite numbers, one after the other. Columns count as they are: scale them before. */
  data: Float64Array
  width: number
  k: number
  seed: number | string
  /** Starting centres, `k * width` numbers; then there is one run instead of `restarts`. */
  init?: Float64Array
  /** Runs from different starts, of which the one with the lowest inertia is taken. */
  restarts?: number
  maxIterations?: number
  /** Part of the columns' mean variance that all centres together may still move (squared), as in scikit-learn. */
  tolerance?: number
  /** `lloyd` gives the same result more slowly. */
  algorithm?: 'hamerly' | 'lloyd'
  /** Rows per batch of mini-batch k-means; without, every iteration looks at all rows. */
  miniBatch?: number
}

/**
 * k-means with scikit-learn's conventions: greedy k-means++ starts, tolerance relative to the mean variance, empty
 * clusters moved to the farthest rows. Errors: NO_ROWS, INVALID_VALUE (not finite), INVALID_PARAMETER.
 */
export function kMeans({
  data,
  width,
  k,
  seed,
  init,
  restarts = 10,
  maxIterations = 300,
  tolerance = 1e-4,
  algorithm = 'hamerly',
  miniBatch,
}: KMeansOptions): KMeansResult {
  const given = readPoints(data, width)
  checkClusters(k, given.rows)
  for (const [name, value] of Object.entries({ restarts, maxIterations, miniBatch: miniBatch ?? 1 })) {
    if (Number.isInteger(value) && value >= 1) continue
    throw codedError('INVALID_PARAMETER', `${name} is ${value}, wanted a positive integer.`)
  }
  if (init !== undefined && init.length !== k * width) {
    throw codedError(
      'INVALID_PARAMETER',
      `init holds ${init.length} numbers, wanted ${k} centres of width ${width}.`,
    )
  }
  const random = createRandom(seed)
  const means = meansOf(given)
  // Around the origin distances keep their digits.
  const points: Points = { ...given, data: shifted(given.data, means, -1) }
  const still = tolerance * meanVariance(points)
  const create = algorithm === 'lloyd' ? createLloydAssigner : createHamerlyAssigner

  function run(): KMeansResult {
    const start = init ? shifted(init, means, -1) : plusPlus(points, k, random)
    if (miniBatch !== undefined)
      return miniBatchRun({ points, init: start, batch: miniBatch, maxIterations, random })
    return fullRun({ points, init: start, assigner: create(points), maxIterations, tolerance: still })
  }

  let best = run()
  for (let left = init ? 0 : restarts - 1; left > 0; left--) {
    const other = run()
    if (other.inertia < best.inertia) best = other
  }
  return { ...best, centers: shifted(best.centers, means, 1) }
}

function meansOf({ data, width, rows }: Points): Float64Array {
  const means = new Float64Array(width)
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) means[j] += data[at]
  return means.map(sum => sum / rows)
}

function shifted(data: Float64Array, means: Float64Array, sign: 1 | -1): Float64Array {
  const width = means.length
  const result = new Float64Array(data.length)
  for (let at = 0; at < data.length; )
    for (let j = 0; j < width; j++, at++) result[at] = data[at] + sign * means[j]
  return result
}

/** Of data whose columns have mean zero. */
function meanVariance({ data }: Points): number {
  let squares = 0
  for (let i = 0; i < data.length; i++) squares += data[i] * data[i]
  return squares / data.length
}
