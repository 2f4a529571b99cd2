import type { ClusteringObservation, Metric } from './metric.ts'
import type { SavedState } from './saved-state.ts'

/** The latest of a count that comes with each observation. */
export function createLatestCount(
  of: 'clusters' | 'microClusters',
  from?: SavedState,
): Metric<ClusteringObservation> {
  let n = from ? from.input.f64() : 0
  let latest = from ? from.input.f64() : 0
  return {
    n: () => n,
    defined: () => n > 0,
    value: () => latest,
    update(observation) {
      n += 1
      latest = observation[of]
    },
    // What was counted then is what was counted.
    correct() {},
    save(out) {
      out.f64(n)
      out.f64(latest)
    },
  }
}
