import { codedError } from '../../coded-error.ts'
import { readPoints } from './kmeans/points.ts'
import { pairwiseClusterSums } from './pairwise-cluster-sums.ts'

export interface LabelledPoints {
  /** Rows of `width` finite numbers, one after the other. */
  readonly data: Float64Array
  readonly width: number
  /** Cluster of each row, 0 to k - 1; a cluster may be empty. */
  readonly labels: Int32Array
  readonly k: number
}

/**
 * Silhouette of each row (Rousseeuw 1987), -1 to 1: (b - a) / max(a, b) of the mean distance a to the other rows of its
 * cluster and b to the rows of the nearest other one; 0 in a cluster of one row. O(rows² · width): sample large data.
 * Throws FEW_CLUSTERS unless at least two clusters have rows, and what `readPoints` throws.
 */
export function silhouetteSamples({ data, width, labels, k }: LabelledPoints): Float64Array {
  const { rows } = readPoints(data, width)
  const sizes = clusterSizes(labels, k, rows)
  const sums = pairwiseClusterSums(data, width, labels, k)
  return Float64Array.from(labels, (own, i) => {
    if (sizes[own] === 1) return 0
    const within = sums[i * k + own] / (sizes[own] - 1)
    let nearest = Infinity
    for (let c = 0; c < k; c++) {
      if (c !== own && sizes[c] > 0) nearest = Math.min(nearest, sums[i * k + c] / sizes[c])
    }
    const larger = Math.max(within, nearest)
    return larger === 0 ? 0 : (nearest - within) / larger
  })
}

/** Rows of each cluster. Throws SIZE_MISMATCH, INVALID_VALUE for labels out of range, or FEW_CLUSTERS. */
export function clusterSizes(labels: Int32Array, k: number, rows: number): Int32Array {
  if (labels.length !== rows) {
    throw codedError('SIZE_MISMATCH', `${labels.length} labels of ${rows} rows were given, wanted one a row.`)
  }
  const sizes = new Int32Array(k)
  for (const label of labels) {
    if (label < 0 || label >= k) {
      throw codedError('INVALID_VALUE', `A label is ${label}, wanted an integer from 0 to ${k - 1}.`)
    }
    sizes[label] += 1
  }
  const used = sizes.filter(size => size > 0).length
  if (used < 2) {
    throw codedError('FEW_CLUSTERS', `The labels name ${used} cluster, wanted at least two with rows.`)
  }
  return sizes
}
