import { ROLLING_MS, ROLLING_SIZE, type MetricNameOf } from './catalogue.ts'
import { createLatestCount } from './latest-count.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { ClusteringObservation, Metric } from './metric.ts'
import { createRollingMean } from './rolling-mean.ts'
import { createRiverSilhouette, simplifiedSilhouette } from './silhouette.ts'
import type { SavedState } from './saved-state.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

type Create = (from?: SavedState) => Metric<ClusteringObservation>

export const clusteringMetrics = {
  silhouetteSimplified: (from?: SavedState) => createMeanMetric(createMean(from), simplifiedSilhouette),
  riverSilhouette: createRiverSilhouette,
  rollingSilhouette: (from?: SavedState) =>
    createMeanMetric(createRollingMean(ROLLING_SIZE, from), simplifiedSilhouette),
  timeRollingSilhouette: (from?: SavedState) =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, from), simplifiedSilhouette),
  clusters: (from?: SavedState) => createLatestCount('clusters', from),
  microClusters: (from?: SavedState) => createLatestCount('microClusters', from),
} as const satisfies Record<MetricNameOf<'clustering'>, Create>
