import { clusterCenters } from './cluster-centers.ts'
import { readPoints } from './kmeans/points.ts'
import { squaredDistance } from './kmeans/squared-distance.ts'
import { clusterSizes, type LabelledPoints } from './silhouette-samples.ts'

/**
 * Ratio of the dispersion between clusters to that within them, each by its degrees of freedom (Calinski and Harabasz
 * 1974); higher is better, 1 if rows of a cluster coincide. Throws FEW_CLUSTERS and what `readPoints` throws.
 */
export function calinskiHarabasz(points: LabelledPoints): number {
  const { data, width, labels } = points
  const { rows } = readPoints(data, width)
  const sizes = clusterSizes(labels, points.k, rows)
  const centers = clusterCenters(points, sizes)
  const whole = clusterCenters({ data, width, labels: new Int32Array(rows), k: 1 }, Int32Array.of(rows))
  let within = 0
  for (let i = 0; i < rows; i++) within += squaredDistance(data, i * width, centers, labels[i] * width, width)
  let between = 0
  let used = 0
  sizes.forEach((size, c) => {
    if (size === 0) return
    used += 1
    between += size * squaredDistance(centers, c * width, whole, 0, width)
  })
  return within === 0 ? 1 : (between * (rows - used)) / (within * (used - 1))
}
