import type { StateReader } from '../state/reader.ts'
import { ROLLING_MS, ROLLING_SIZE, type MetricNameOf } from './catalogue.ts'
import { createLatestCount } from './latest-count.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { ClusteringObservation, Metric } from './metric.ts'
import { createRollingMean } from './rolling-mean.ts'
import { createRiverSilhouette, simplifiedSilhouette } from './silhouette.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

type Create = (input?: StateReader) => Metric<ClusteringObservation>

export const clusteringMetrics: Readonly<Record<MetricNameOf<'clustering'>, Create>> = {
  silhouetteSimplified: input => createMeanMetric(createMean(input), simplifiedSilhouette),
  riverSilhouette: createRiverSilhouette,
  rollingSilhouette: input => createMeanMetric(createRollingMean(ROLLING_SIZE, input), simplifiedSilhouette),
  timeRollingSilhouette: input =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, input), simplifiedSilhouette),
  clusters: input => createLatestCount('clusters', input),
  microClusters: input => createLatestCount('microClusters', input),
}
