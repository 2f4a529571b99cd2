import type { StateWriter } from '../../state/writer.ts'

/** Says to which cluster a row of an encoder belongs. */
export interface ClusterScorer {
  readonly kind: 'k-means' | 'latent-classes'
  /** Number of clusters. */
  readonly clusters: number
  /** Confidence 0 to 1; raw: distance to the centre, or minus the log likelihood. */
  assign(row: Float64Array): { cluster: number; confidence: number; raw: number }
  save(out: StateWriter): void
}
