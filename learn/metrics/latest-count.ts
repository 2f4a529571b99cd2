import type { StateReader } from '../state/reader.ts'
import type { ClusteringObservation, Metric } from './metric.ts'

/** The latest of a count that comes with each observation. */
export function createLatestCount(
  of: 'clusters' | 'microClusters',
  input?: StateReader,
): Metric<ClusteringObservation> {
  let n = input ? input.f64() : 0
  let latest = input ? input.f64() : 0
  return {
    n: () => n,
    defined: () => n > 0,
    value: () => latest,
    update(observation) {
      n += 1
      latest = observation[of]
    },
    save(out) {
      out.f64(n)
      out.f64(latest)
    },
  }
}
