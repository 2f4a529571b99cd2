import type { RunData } from './run-data.ts'

/** Rows of the training data by cluster, in the order of their ids; clusters without rows have 0. */
export function clusterCounts({ model, train }: RunData): number[] {
  const clusters = train.extra['cluster'] ?? new Float64Array(0)
  const counts = new Array<number>(model.clusters ?? 0).fill(0)
  for (const cluster of clusters) {
    if (!(cluster >= 0)) continue
    while (counts.length <= cluster) counts.push(0)
    counts[cluster] = (counts[cluster] ?? 0) + 1
  }
  return counts
}
