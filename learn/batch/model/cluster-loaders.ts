import type { StateReader } from '../../state/reader.ts'
import type { BatchColumn } from '../dataset.ts'
import type { ClusterScorer } from './cluster-scorer.ts'
import { loadKMeansClusters } from './k-means-clusters.ts'
import { loadLatentClassesClusters } from './latent-classes-clusters.ts'

/** By kind, as model files name it. */
export const CLUSTER_LOADERS: Readonly<
  Record<string, (input: StateReader, columns: readonly BatchColumn[]) => ClusterScorer>
> = { 'k-means': loadKMeansClusters, 'latent-classes': loadLatentClassesClusters }
