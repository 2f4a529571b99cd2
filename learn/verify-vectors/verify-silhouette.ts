import { createRiverSilhouette } from '../metrics/silhouette.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

type Point = Record<string, number>

interface SilhouetteVectors {
  steps: { x: Point; label: number; centers: Record<string, Point> }[]
  checkpoints: { n: number; value: number }[]
  /** The text "Infinity". */
  empty: string
}

/** River's silhouette, with its distance to the second farthest centre. */
export const verifySilhouette: VectorVerifier = ({ bytes }) => {
  const { steps, checkpoints, empty } = jsonOf<SilhouetteVectors>(bytes)
  const comparison = createComparison()
  const metric = createRiverSilhouette()
  comparison.same('empty', metric.value(), Number(empty), 0)
  let row = 0
  for (const { n, value } of checkpoints) {
    for (; row < n; row++) {
      const { x, label, centers } = steps[row]
      const ids = Object.keys(centers)
      metric.update({
        distances: Float64Array.from(ids, id => distance(x, centers[id])),
        own: ids.indexOf(String(label)),
        timeMs: row,
        clusters: ids.length,
        microClusters: ids.length,
      })
    }
    comparison.same(`silhouette after ${n}`, metric.value(), value, 1e-9)
  }
  return comparison.verdict
}

function distance(x: Point, centre: Point): number {
  return Math.hypot(...Object.keys(centre).map(name => (x[name] ?? 0) - centre[name]))
}
