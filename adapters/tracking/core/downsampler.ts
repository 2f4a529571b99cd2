import { PortError } from '#ports/port-error.ts'
import type { MetricPoint } from '#ports/tracking.ts'

export interface Downsampler {
  /** Takes the points in the order of their steps. */
  add(point: MetricPoint): void
  /** At most `maxPoints` of them. */
  points(): MetricPoint[]
  /** How many were added. */
  readonly total: number
}

interface Bucket {
  lowest: MetricPoint | null
  lowestAt: number
  highest: MetricPoint | null
  highestAt: number
  /** Stands for a bucket without a number. */
  firstNaN: MetricPoint | null
}

/**
 * Keeps the shape of a series in a bounded number of points: the first, the last, and of each of equally many points between
 * them the lowest and the highest, so every extreme of the whole series stays from `maxPoints` = 4 on. All points when there
 * are no more than `maxPoints`. Holds O(maxPoints) memory. Throws `INVALID_ARGUMENT` for `maxPoints` below 1.
 *
 * `expected` is how many points will come: a few more are taken into the last bucket.
 */
export const createDownsampler = (expected: number, maxPoints = Number.POSITIVE_INFINITY): Downsampler => {
  if (!(maxPoints >= 1)) {
    throw new PortError(
      'INVALID_ARGUMENT',
      `A series of ${maxPoints} points was asked for; wanted are 1 or more.`,
    )
  }
  const limit = Math.floor(maxPoints)
  return expected <= limit ? keepAll(limit) : keepExtremes(expected, limit)
}

const keepAll = (limit: number): Downsampler => {
  const kept: MetricPoint[] = []
  return {
    add: point => void kept.push(point),
    points() {
      if (kept.length <= limit) return kept
      // It grew while it was read.
      const downsampler = keepExtremes(kept.length, limit)
      for (const point of kept) downsampler.add(point)
      return downsampler.points()
    },
    get total() {
      return kept.length
    },
  }
}

const keepExtremes = (expected: number, limit: number): Downsampler => {
  const buckets = Array.from({ length: Math.max(0, Math.floor((limit - 2) / 2)) }, emptyBucket)
  const perBucket = (expected - 2) / buckets.length
  let first: MetricPoint | null = null
  // A point enters its bucket when the next one shows that it is not the last.
  let last: MetricPoint | null = null
  let total = 0
  return {
    add(point) {
      if (first === null) first = point
      else if (last !== null && buckets.length > 0) {
        const index = total - 2
        const bucket = buckets[Math.min(Math.floor(index / perBucket), buckets.length - 1)] as Bucket
        addTo(bucket, last, index)
      }
      if (total > 0) last = point
      total += 1
    },
    points: () =>
      [...(limit > 1 || last === null ? [first] : []), ...buckets.flatMap(pointsOf), last].filter(
        point => point !== null,
      ),
    get total() {
      return total
    },
  }
}

const emptyBucket = (): Bucket => ({
  lowest: null,
  lowestAt: 0,
  highest: null,
  highestAt: 0,
  firstNaN: null,
})

const addTo = (bucket: Bucket, point: MetricPoint, index: number): void => {
  if (Number.isNaN(point.value)) {
    bucket.firstNaN ??= point
    return
  }
  if (bucket.lowest === null || point.value < bucket.lowest.value) {
    bucket.lowest = point
    bucket.lowestAt = index
  }
  if (bucket.highest === null || point.value > bucket.highest.value) {
    bucket.highest = point
    bucket.highestAt = index
  }
}

const pointsOf = ({ lowest, lowestAt, highest, highestAt, firstNaN }: Bucket): (MetricPoint | null)[] => {
  if (lowest === null) return [firstNaN]
  if (lowestAt === highestAt) return [lowest]
  return lowestAt < highestAt ? [lowest, highest] : [highest, lowest]
}
