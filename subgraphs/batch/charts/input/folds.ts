import { createRandom } from '#learn/math/random.ts'

/**
 * Rows in `count` parts of about equal size that hold classes in about equal shares (target values that are not classes: at random).
 * The number of the part of each row.
 */
export function folds(target: Float64Array, count: number, isClass: boolean, seed: number): Int32Array {
  const random = createRandom(seed)
  const order = Int32Array.from(target, (_, row) => row)
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.below(i + 1)
    const kept = order[i] as number
    order[i] = order[other] as number
    order[other] = kept
  }
  // Stable, so that rows of a class stay shuffled; dealing them out in turn gives every part its share.
  if (isClass) order.sort((a, b) => (target[a] as number) - (target[b] as number))
  const parts = new Int32Array(target.length)
  order.forEach((row, i) => {
    parts[row] = i % count
  })
  return parts
}
