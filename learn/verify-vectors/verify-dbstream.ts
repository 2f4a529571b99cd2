import type { DbstreamModel } from '../online/cluster/dbstream-model.ts'
import { createRiverDbstream } from '../online/cluster/river-dbstream.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

type Point = Readonly<Record<string, number>>

interface Case {
  name: string
  params: {
    clustering_threshold: number
    fading_factor: number
    cleanup_interval: number
    intersection_factor: number
    minimum_weight: number
  }
  points: Point[]
  probes: Point[]
  checkpoints: {
    n: number
    micro: Record<string, { center: Point; w: number; t: number }>
    n_clusters: number
    centers: Record<string, Point>
    probe_labels: number[]
  }[]
}

const TOLERANCE = 1e-9

/** DBSTREAM against River: micro-clusters, the clusters they form, and the labels of probes. */
export const verifyDbstream: VectorVerifier = ({ bytes }) => {
  const comparison = createComparison()
  const same = (path: string, actual: unknown, wanted: unknown) =>
    comparison.same(path, actual, wanted, TOLERANCE)

  for (const { name, params, points, probes, checkpoints } of jsonOf<{ cases: Case[] }>(bytes).cases) {
    const keys = [...new Set(points.flatMap(point => Object.keys(point)))].sort()
    const dense = (point: Point) => Float64Array.from(keys, key => point[key] ?? Number.NaN)
    const model = createRiverDbstream({
      width: keys.length,
      radius: params.clustering_threshold,
      fading: params.fading_factor,
      cleanup: params.cleanup_interval,
      intersection: params.intersection_factor,
      minimumWeight: params.minimum_weight,
    })
    const due = new Map(checkpoints.map(checkpoint => [checkpoint.n, checkpoint]))
    points.forEach((point, i) => {
      model.learn(dense(point))
      const wanted = due.get(i + 1)
      if (wanted !== undefined) check(`${name}, n ${i + 1}`, model, wanted)
    })

    function check(at: string, found: DbstreamModel, wanted: Case['checkpoints'][number]): void {
      const micro = [...found.micro]
      const ids = Object.keys(wanted.micro).map(Number)
      same(`${at}: micro-clusters`, micro.map(({ id }) => id).sort(ascending), ids.sort(ascending))
      for (const { id, center, weight, lastUpdate } of micro) {
        const { w, t, center: known } = wanted.micro[id] ?? { w: null, t: null, center: {} }
        same(`${at}: micro-cluster ${id}: weight`, weight, w)
        same(`${at}: micro-cluster ${id}: latest update`, lastUpdate, t)
        same(`${at}: micro-cluster ${id}: centre`, center, dense(known))
      }
      same(`${at}: clusters`, found.labels.length, wanted.n_clusters)
      found.labels.forEach((label, i) => {
        same(`${at}: centre ${label}`, found.centers[i], dense(wanted.centers[label] ?? {}))
      })
      const labels = probes.map(probe => found.predict(dense(probe)))
      same(`${at}: probes`, labels, wanted.probe_labels)
    }
  }
  return comparison.verdict
}

function ascending(a: number, b: number): number {
  return a - b
}
