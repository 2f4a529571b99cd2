import type { ClusteringObservation, Metric } from './metric.ts'
import type { SavedState } from './saved-state.ts'

/**
 * Simplified silhouette of one observation: (b - a) / max(a, b) with a the distance to its own centre and b that to
 * the nearest other one (Hruschka, de Castro and Campello 2004). NaN without two centres.
 */
export function simplifiedSilhouette({ distances, own }: ClusteringObservation): number {
  const count = distances.length
  if (count < 2 || !(own >= 0 && own < count)) return Number.NaN
  const a = distances[own]
  let b = Infinity
  for (let i = 0; i < count; i++) if (i !== own && distances[i] < b) b = distances[i]
  const larger = a > b ? a : b
  return larger === 0 ? 0 : (b - a) / larger
}

/**
 * River's Silhouette, lower is better: the sum of distances to the own centre over the sum of distances to the
 * second *farthest* one. Infinity while there is none.
 */
export function createRiverSilhouette(from?: SavedState): Metric<ClusteringObservation> {
  let n = from ? from.input.f64() : 0
  let own = from ? from.input.f64() : 0
  let other = from ? from.input.f64() : 0
  function count(observation: ClusteringObservation, sign: 1 | -1): void {
    const { distances } = observation
    const distance = distances[observation.own]
    if (distances.length < 2 || !(distance - distance === 0)) return
    const second = secondFarthest(distances)
    if (!(second - second === 0)) return
    n += sign
    own += sign * distance
    other += sign * second
  }

  return {
    n: () => n,
    defined: () => other > 0,
    value: () => (other > 0 ? own / other : Infinity),
    update: observation => count(observation, 1),
    correct(before, after) {
      count(before, -1)
      count(after, 1)
    },
    save(out) {
      out.f64(n)
      out.f64(own)
      out.f64(other)
    },
  }
}

function secondFarthest(distances: Float64Array): number {
  let first = -Infinity
  let second = -Infinity
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]
    if (distance > first) {
      second = first
      first = distance
    } else if (distance > second) {
      second = distance
    }
  }
  return second
}
