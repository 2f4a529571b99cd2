import type { Random } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { PointModel } from './point-model.ts'
import { moveTowards, squaredDistance } from './point-distance.ts'

interface Options {
  /** Numbers per point. */
  width: number
  clusters: number
  /** Least step towards a point: a centre remembers about 1 / rate of its points. */
  rate: number
}

/** Rounds of Lloyd's algorithm over the first points. */
const ROUNDS = 5

/**
 * Sequential k-means (MacQueen 1967) with a least step, so that centres follow a drifting stream, from a k-means++ start
 * (Arthur and Vassilvitskii 2007) on the first points.
 */
export function startOnlineKMeans(
  options: Options,
  points: readonly Float64Array[],
  random: Random,
): PointModel {
  const centers = spreadCenters(points, options.clusters, random)
  const counts = new Float64Array(options.clusters)
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centers.map(() => ({ center: new Float64Array(options.width).fill(Number.NaN), n: 0 }))
    for (const point of points) {
      const sum = sums[nearest(centers, point)]
      sum.n += 1
      moveTowards(sum.center, point, 1 / sum.n)
    }
    sums.forEach(({ center, n }, k) => {
      if (n > 0) centers[k] = center
      counts[k] = n
    })
  }
  return fromCenters(options, centers, counts)
}

export function loadOnlineKMeans(options: Options, input: StateReader): PointModel {
  const counts = input.f64s(options.clusters)
  return fromCenters(
    options,
    Array.from({ length: options.clusters }, () => input.f64s(options.width)),
    counts,
  )
}

function fromCenters(
  { width, clusters, rate }: Options,
  centers: Float64Array[],
  counts: Float64Array,
): PointModel {
  const labels = Array.from({ length: clusters }, (_, k) => k)
  return {
    microCount: clusters,
    labels,
    centers,
    predict: point => nearest(centers, point),
    learn(point) {
      if (point.every(Number.isNaN)) return
      const k = nearest(centers, point)
      counts[k] += 1
      moveTowards(centers[k], point, Math.max(rate, 1 / counts[k]))
    },
    sizeBytes: () => 8 * clusters * (width + 1),
    save(out) {
      out.f64s(counts)
      for (const center of centers) out.f64s(center)
    },
  }
}

function nearest(centers: readonly Float64Array[], point: Float64Array): number {
  let best = 0
  let least = Infinity
  for (let k = 0; k < centers.length; k++) {
    const apart = squaredDistance(centers[k], point)
    if (apart >= least) continue
    best = k
    least = apart
  }
  return best
}

/** Each further centre is a point drawn in proportion to its squared distance from the nearest one so far. */
function spreadCenters(points: readonly Float64Array[], clusters: number, random: Random): Float64Array[] {
  const centers = [points[random.below(points.length)].slice()]
  while (centers.length < clusters) {
    const apart = points.map(point => {
      const least = squaredDistance(centers[nearest(centers, point)], point)
      return least < Infinity ? least : 0
    })
    let left = random.next() * apart.reduce((sum, value) => sum + value, 0)
    const drawn = apart.findIndex(value => (left -= value) < 0)
    centers.push(points[drawn < 0 ? random.below(points.length) : drawn].slice())
  }
  return centers
}
