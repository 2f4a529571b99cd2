import { squaredDistance } from './kmeans/squared-distance.ts'

/** Rows whose values stay in the processor's cache while all others pass. */
const TILE = 256

/** Sum of the Euclidean distances of every row to the rows of every cluster, `rows * k` numbers. O(rows² · width). */
export function pairwiseClusterSums(
  data: Float64Array,
  width: number,
  labels: Int32Array,
  k: number,
): Float64Array {
  const rows = labels.length
  const sums = new Float64Array(rows * k)
  for (let tile = 0; tile < rows; tile += TILE) {
    const end = Math.min(rows, tile + TILE)
    for (let i = 0; i < end; i++) {
      const own = i * k
      const label = labels[i]
      for (let j = Math.max(tile, i + 1); j < end; j++) {
        const distance = Math.sqrt(squaredDistance(data, i * width, data, j * width, width))
        sums[own + labels[j]] += distance
        sums[j * k + label] += distance
      }
    }
  }
  return sums
}
