import { squaredDistance } from './point-distance.ts'

/** Points that are compared with each other. */
const FEW = 200
/** Share of the points within the radius of a typical one. */
const NEAR = 0.1
const LEAST = 1e-6

/** A radius within which a typical point has a tenth of the others: the median over points of that quantile of distances. */
export function neighbourRadius(points: readonly Float64Array[]): number {
  const some = points.filter((_, i) => (i * FEW) % points.length < FEW).slice(0, FEW)
  const reaches = some.flatMap(point => {
    const apart = some.map(other => squaredDistance(point, other)).filter(Number.isFinite)
    // The first is the point itself.
    const sorted = Float64Array.from(apart).sort()
    return sorted.length > 1 ? [Math.sqrt(sorted[Math.ceil(NEAR * (sorted.length - 1))])] : []
  })
  if (reaches.length === 0) return 1
  const middle = Float64Array.from(reaches).sort()[reaches.length >> 1]
  return middle > LEAST ? middle : 1
}
