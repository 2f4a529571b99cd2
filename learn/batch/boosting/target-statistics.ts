import type { Random } from '../../math/random.ts'

/**
 * Mean of the target per category, pulled towards the overall mean. `table[code + 1]` is for whom all training rows of a
 * code are known: 0 for missing, the last for categories that were not there. Ordered: each training row sees only
 * the rows before it in a random order, so that its own label cannot leak (Prokhorenkova et al. 2018).
 */
export interface TargetStatistics {
  readonly table: Float64Array
  readonly ordered: Float64Array
}

interface Settings {
  /** -1 for missing, 0 to categories - 1; others count as unknown. */
  readonly codes: Float64Array | Int32Array
  readonly categories: number
  readonly target: Float64Array
  /** Weight of the overall mean, in rows. */
  readonly prior: number
  /** A permutation of the rows. */
  readonly order: Uint32Array
}

export function targetStatistics({ codes, categories, target, prior, order }: Settings): TargetStatistics {
  const rows = target.length
  const mean = target.reduce((sum, value) => sum + value, 0) / rows
  const sums = new Float64Array(categories + 2)
  const counts = new Float64Array(categories + 2)
  const ordered = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = order[i]
    const slot = categorySlot(codes[row], categories)
    ordered[row] = (sums[slot] + prior * mean) / (counts[slot] + prior)
    sums[slot] += target[row]
    counts[slot]++
  }
  const table = sums.map((sum, slot) => (sum + prior * mean) / (counts[slot] + prior))
  table[categories + 1] = mean
  return { table, ordered }
}

/** 0 for missing, code + 1 for known categories, categories + 1 for others. */
export function categorySlot(code: number, categories: number): number {
  if (code >= 0 && code < categories) return code + 1
  return code >= categories ? categories + 1 : 0
}

/** A random permutation of 0 to count - 1 (Fisher and Yates). */
export function permutation(count: number, random: Random): Uint32Array {
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const j = random.below(i + 1)
    order[i] = order[j]
    order[j] = i
  }
  return order
}
