import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

/** Sums are made anew after so many updates, so that rounding cannot add up. */
const FRESH_EVERY = 16

/** Computes the mean of the rows of each cluster. */
export interface CenterUpdater {
  /**
   * The centres for new labels, into `fresh`. A cluster that lost all rows takes the row that is farthest from its own
   * centre, as scikit-learn does. Returns how many labels have changed since the last call.
   */
  update(labels: Int32Array, centers: Float64Array, fresh: Float64Array): number
}

export function createCenterUpdater(points: Points, k: number): CenterUpdater {
  const { data, width, rows } = points
  const before = new Int32Array(rows).fill(-1)
  const sums = new Float64Array(k * width)
  const sizes = new Float64Array(k)
  let updates = 0

  function add(row: number, cluster: number, sign: 1 | -1): void {
    sizes[cluster] += sign
    for (let to = cluster * width, at = row * width, end = to + width; to < end; to++, at++) {
      sums[to] += sign * data[at]
    }
  }

  return {
    update(labels, centers, fresh) {
      const anew = updates++ % FRESH_EVERY === 0
      if (anew) {
        sums.fill(0)
        sizes.fill(0)
      }
      let changed = 0
      for (let row = 0; row < rows; row++) {
        const label = labels[row]
        const old = before[row]
        if (label !== old) {
          changed += 1
          before[row] = label
          if (!anew) {
            add(row, old, -1)
            add(row, label, 1)
          }
        }
        if (anew) add(row, label, 1)
      }
      fresh.set(sums)
      const own = sizes.slice()
      if (own.includes(0)) relocate(points, labels, centers, fresh, own)
      divide(fresh, own, width)
      return changed
    },
  }
}

/** Fewer distinct rows than clusters: those without any lie where the biggest is. */
function divide(sums: Float64Array, sizes: Float64Array, width: number): void {
  let biggest = 0
  for (let c = 0; c < sizes.length; c++) {
    if (sizes[c] > sizes[biggest]) biggest = c
    if (sizes[c] > 0) for (let j = 0; j < width; j++) sums[c * width + j] /= sizes[c]
  }
  for (let c = 0; c < sizes.length; c++) {
    if (sizes[c] === 0) sums.copyWithin(c * width, biggest * width, (biggest + 1) * width)
  }
}

function relocate(
  { data, width, rows }: Points,
  labels: Int32Array,
  centers: Float64Array,
  sums: Float64Array,
  sizes: Float64Array,
): void {
  const distances = Float64Array.from({ length: rows }, (_, i) =>
    squaredDistance(data, i * width, centers, labels[i] * width, width),
  )
  for (let c = 0; c < sizes.length; c++) {
    if (sizes[c] > 0) continue
    let far = 0
    for (let i = 1; i < rows; i++) if (distances[i] > distances[far]) far = i
    if (!(distances[far] > 0)) return
    // Taken: not for the next empty cluster.
    distances[far] = -1
    const from = labels[far]
    sums.fill(0, c * width, (c + 1) * width)
    sizes[from] -= 1
    sizes[c] = 1
    for (let j = 0; j < width; j++) {
      sums[from * width + j] -= data[far * width + j]
      sums[c * width + j] = data[far * width + j]
    }
  }
}
