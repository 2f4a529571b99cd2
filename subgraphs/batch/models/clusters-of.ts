import type { ClusterProfile } from '../charts/cluster-profiles.ts'
import type { BatchModelRef } from './batch-model-ref.ts'
import type { RunCharts } from './run-charts.ts'

/** A cluster with the means to look into it. */
export interface ClusterModel {
  readonly id: number
  readonly size: number
  readonly share: number
  profile(feature: string, top: number): Promise<ClusterProfile>
}

/** The clusters of a model, by their ids; none for other tasks. */
export async function clustersOf(
  model: BatchModelRef,
  charts: Pick<RunCharts, 'clusters' | 'profiles'>,
): Promise<ClusterModel[]> {
  if (model.manifest.spec.segment === null) return []
  const sizes = await charts.clusters(model)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return sizes.map((size, id) => ({
    id,
    size,
    share: total === 0 ? 0 : size / total,
    async profile(feature, top) {
      const profiles = await charts.profiles(model, feature, top)
      return profiles[id] as ClusterProfile
    },
  }))
}
