import type { LabelledPoints } from './silhouette-samples.ts'

/** The mean of the rows of each cluster, `k * width` numbers; zeros where a cluster has none. */
export function clusterCenters({ data, width, labels, k }: LabelledPoints, sizes: Int32Array): Float64Array {
  const centers = new Float64Array(k * width)
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < width; j++) centers[labels[i] * width + j] += data[i * width + j]
  }
  return centers.map((sum, at) => sum / Math.max(1, sizes[Math.floor(at / width)]))
}
