import { clusterCenters } from './cluster-centers.ts'
import { readPoints } from './kmeans/points.ts'
import { squaredDistance } from './kmeans/squared-distance.ts'
import { clusterSizes, type LabelledPoints } from './silhouette-samples.ts'

/**
 * Mean over clusters of the worst ratio of two clusters' extents to the distance of their centres (Davies and Bouldin
 * 1979); lower is better, 0 the least. Throws FEW_CLUSTERS and what `readPoints` throws.
 */
export function daviesBouldin(points: LabelledPoints): number {
  const { data, width, labels, k } = points
  const { rows } = readPoints(data, width)
  const sizes = clusterSizes(labels, k, rows)
  const centers = clusterCenters(points, sizes)
  const extents = new Float64Array(k)
  for (let i = 0; i < rows; i++) {
    const own = labels[i]
    extents[own] += Math.sqrt(squaredDistance(data, i * width, centers, own * width, width)) / sizes[own]
  }
  let sum = 0
  let used = 0
  for (let a = 0; a < k; a++) {
    if (sizes[a] === 0) continue
    used += 1
    let worst = 0
    for (let b = 0; b < k; b++) {
      if (a === b || sizes[b] === 0) continue
      const apart = Math.sqrt(squaredDistance(centers, a * width, centers, b * width, width))
      // Coinciding centres say nothing (as in scikit-learn).
      if (apart > 0) worst = Math.max(worst, (extents[a] + extents[b]) / apart)
    }
    sum += worst
  }
  return sum / used
}
