import type { PythonRandom } from '../math/python-random.ts'

/** Part of a side that stays clear of the cut at either end. */
const PADDING = 0.15

/** Complete binary trees one after another; node i of a tree has the children 2 i + 1 and 2 i + 2. */
export interface HalfSpaces {
  dimensions: Int32Array
  thresholds: Float64Array
}

/**
 * Random trees that halve the unit cube: every inner node cuts one dimension, drawn in proportion to the length of its cell,
 * somewhere in its middle. Draws in the order in which River makes its padded trees.
 */
export function growHalfSpaces(
  random: PythonRandom,
  trees: number,
  height: number,
  width: number,
): HalfSpaces {
  const nodes = 2 ** (height + 1) - 1
  const dimensions = new Int32Array(trees * nodes)
  const thresholds = new Float64Array(trees * nodes)
  const low = new Float64Array(width)
  const high = new Float64Array(width).fill(1)

  function grow(root: number, node: number, levels: number): void {
    if (levels === 0) return
    const dimension = longSide()
    const [from, to] = [low[dimension], high[dimension]]
    const start = from + PADDING * (to - from)
    const end = to - PADDING * (to - from)
    const cut = start + (end - start) * random.random()
    dimensions[root + node] = dimension
    thresholds[root + node] = cut
    high[dimension] = cut
    grow(root, 2 * node + 1, levels - 1)
    high[dimension] = to
    low[dimension] = cut
    grow(root, 2 * node + 2, levels - 1)
    low[dimension] = from
  }

  function longSide(): number {
    let total = 0
    for (let i = 0; i < width; i++) total += high[i] - low[i]
    const draw = random.random() * total
    let sum = 0
    for (let i = 0; i < width - 1; i++) {
      sum += high[i] - low[i]
      if (draw < sum) return i
    }
    return width - 1
  }

  for (let tree = 0; tree < trees; tree++) grow(tree * nodes, 0, height)
  return { dimensions, thresholds }
}
