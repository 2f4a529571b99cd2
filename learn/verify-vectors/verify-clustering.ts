import { calinskiHarabasz } from '../batch/clustering/calinski-harabasz.ts'
import { daviesBouldin } from '../batch/clustering/davies-bouldin.ts'
import { kMeans } from '../batch/clustering/k-means.ts'
import { silhouetteSamples } from '../batch/clustering/silhouette-samples.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface ElbowPoint {
  k: number
  inertia: number
  n_iter: number
  silhouette: number
  calinski_harabasz: number
  davies_bouldin: number
  distortion: number
}

interface ClusteringVectors {
  input: { X: number[][]; k: number; init: number[][] }
  expected: {
    labels: number[]
    centers: number[][]
    inertia: number
    n_iter: number
    silhouette: number
    silhouette_samples: number[]
    calinski_harabasz: number
    davies_bouldin: number
    cluster_sizes: number[]
    elbow: ElbowPoint[]
  }
  tolerance: number
}

/** k-means from given centres, and what measures its clusters, against scikit-learn. */
export const verifyClustering: VectorVerifier = ({ bytes }) => {
  const { input, expected, tolerance } = jsonOf<ClusteringVectors>(bytes)
  const comparison = createComparison()
  const same = (path: string, actual: unknown, wanted: unknown) =>
    comparison.same(path, actual, wanted, tolerance)
  const width = input.X[0].length
  const data = Float64Array.from(input.X.flat())

  const { k } = input
  const found = clustersOf(k, Float64Array.from(input.init.flat()))
  same('labels', found.labels, expected.labels)
  same('centers', found.centers, expected.centers.flat())
  same('inertia', found.inertia, expected.inertia)
  same('n_iter', found.iterations, expected.n_iter)
  same('silhouette_samples', found.silhouettes, expected.silhouette_samples)
  same('silhouette', found.silhouette, expected.silhouette)
  same('calinski_harabasz', found.calinskiHarabasz, expected.calinski_harabasz)
  same('davies_bouldin', found.daviesBouldin, expected.davies_bouldin)
  const sizes = Array.from(
    { length: k },
    (_, cluster) => found.labels.filter(label => label === cluster).length,
  )
  same('cluster_sizes', sizes, expected.cluster_sizes)
  for (const [i, point] of expected.elbow.entries()) {
    const at = `elbow[${i}]`
    const clusters = clustersOf(point.k, data.slice(0, point.k * width))
    same(`${at}.inertia`, clusters.inertia, point.inertia)
    same(`${at}.distortion`, clusters.inertia, point.distortion)
    same(`${at}.n_iter`, clusters.iterations, point.n_iter)
    same(`${at}.silhouette`, clusters.silhouette, point.silhouette)
    same(`${at}.calinski_harabasz`, clusters.calinskiHarabasz, point.calinski_harabasz)
    same(`${at}.davies_bouldin`, clusters.daviesBouldin, point.davies_bouldin)
  }
  return comparison.verdict

  function clustersOf(count: number, init: Float64Array) {
    const result = kMeans({ data, width, k: count, seed: 0, init })
    const points = { data, width, labels: result.labels, k: count }
    const silhouettes = silhouetteSamples(points)
    return {
      ...result,
      silhouettes,
      silhouette: silhouettes.reduce((sum, value) => sum + value, 0) / silhouettes.length,
      calinskiHarabasz: calinskiHarabasz(points),
      daviesBouldin: daviesBouldin(points),
    }
  }
}
