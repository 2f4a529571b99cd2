import type { GroupCounts } from './group-counts.ts'
import type { Layout } from './layout.ts'

/** What groups hold, shared among the classes by their posteriors. */
export interface ClassSums {
  readonly k: number
  /** Expected groups of each class. */
  readonly groups: Float64Array
  /** Expected count at cell * k + class. */
  readonly counts: Float64Array
  /** Number, sum and sum of squares at 3 * (numeric column * k + class). */
  readonly moments: Float64Array
  /** Expected groups that have a cell of a compound column so many times, at (slot * (most + 1) + count) * k + class. */
  readonly histogram: Float64Array
  /** The largest count that is told apart. */
  readonly most: number
}

/** Larger counts of a group are taken as this. */
export const MOST_COUNTED = 256

export function createClassSums(k: number, { cells, numeric, slots }: Layout, data: GroupCounts): ClassSums {
  const most = Math.min(MOST_COUNTED, data.most)
  return {
    k,
    groups: new Float64Array(k),
    counts: new Float64Array(cells * k),
    moments: new Float64Array(3 * numeric.length * k),
    histogram: new Float64Array(slots * (most + 1) * k),
    most,
  }
}

/** Adds one group, shared by `posterior`. */
export function addGroup(
  sums: ClassSums,
  { slotOf }: Layout,
  data: GroupCounts,
  group: number,
  posterior: Float64Array,
): void {
  const { k, groups, counts, moments, histogram, most } = sums
  for (let c = 0; c < k; c++) groups[c] += posterior[c]
  for (let i = data.starts[group]; i < data.starts[group + 1]; i++) {
    const at = data.cells[i] * k
    const count = data.counts[i]
    for (let c = 0; c < k; c++) counts[at + c] += count * posterior[c]
    const slot = slotOf[data.cells[i]]
    if (slot < 0) continue
    const to = (slot * (most + 1) + Math.min(count, most)) * k
    for (let c = 0; c < k; c++) histogram[to + c] += posterior[c]
  }
  const numerics = moments.length / (3 * k)
  for (let j = 0; j < numerics; j++) {
    const from = 3 * (group * numerics + j)
    if (data.moments[from] === 0) continue
    for (let c = 0; c < k; c++) {
      const to = 3 * (j * k + c)
      moments[to] += data.moments[from] * posterior[c]
      moments[to + 1] += data.moments[from + 1] * posterior[c]
      moments[to + 2] += data.moments[from + 2] * posterior[c]
    }
  }
}
