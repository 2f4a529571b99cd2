/** Binary trees in flat arrays as `TreeEnsemble` has them, with what each node's split is credited to. */
interface PathShapInput {
  /** Number of players that contributions go to. */
  readonly players: number
  /** Player of each inner node; negative for a leaf. */
  readonly player: Int32Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly value: Float64Array
  /** Weight of the training rows that came by. */
  readonly cover: Float64Array
}

interface PathShap {
  /** What a tree expects of any row, for each node as a root. */
  readonly mean: Float64Array
  /** Adds what the players contribute in the tree at `root`, when the row goes from inner node n to `hot[n]`. */
  add(root: number, hot: Int32Array, contributions: Float64Array): void
}

/**
 * The walk of path-dependent TreeSHAP, with its scratch memory. Exact. Children come after their parents.
 * Lundberg, Erion, Lee: Consistent Individualized Feature Attribution for Tree Ensembles, 2018, algorithm 2.
 */
export function createPathShap({ players, player, left, right, value, cover }: PathShapInput): PathShap {
  const nodes = player.length
  // Share of its parent's rows; halves where no training row came by, so that the shares of siblings always add up to one.
  const share = new Float64Array(nodes).fill(1)
  const mean = Float64Array.from(value)
  const heights = new Int32Array(nodes)
  for (let node = nodes - 1; node >= 0; node--) {
    if (player[node] < 0) continue
    const [l, r] = [left[node], right[node]]
    const total = cover[l] + cover[r]
    share[l] = total > 0 ? cover[l] / total : 0.5
    share[r] = total > 0 ? cover[r] / total : 0.5
    mean[node] = share[l] * mean[l] + share[r] * mean[r]
    heights[node] = 1 + Math.max(heights[l], heights[r])
  }

  // A path names each player once, and one that is met again takes over its place: a node at depth d has at most d + 1 entries, and
  // none more than players + 1. Each depth has its own stretch, since a parent's path is needed for both children.
  const depth = heights.reduce((most, height) => Math.max(most, height), 0)
  const stretch = Math.min(depth, players) + 2
  const pathFeature = new Int32Array((depth + 1) * stretch)
  const pathZero = new Float64Array((depth + 1) * stretch)
  const pathOne = new Float64Array((depth + 1) * stretch)
  const pathWeight = new Float64Array((depth + 1) * stretch)
  let hot: Int32Array = new Int32Array(0)
  let result: Float64Array = new Float64Array(0)

  return {
    mean,
    add(root, path, contributions) {
      hot = path
      result = contributions
      visit(root, 0, 0, 1, 1, -1)
    },
  }

  /** Extends the parent's path (`length` entries at the stretch above) by a split, and walks on. */
  function visit(
    node: number,
    level: number,
    length: number,
    zero: number,
    one: number,
    splitFeature: number,
  ): void {
    const at = level * stretch
    const from = at - stretch
    for (let i = 0; i < length; i++) {
      pathFeature[at + i] = pathFeature[from + i]
      pathZero[at + i] = pathZero[from + i]
      pathOne[at + i] = pathOne[from + i]
      pathWeight[at + i] = pathWeight[from + i]
    }
    extend(at, length, zero, one, splitFeature)
    const split = player[node]
    if (split < 0) {
      settle(at, length, value[node])
      return
    }

    let [incomingZero, incomingOne, entries] = [1, 1, length + 1]
    let known = 1
    while (known < entries && pathFeature[at + known] !== split) known++
    if (known < entries) {
      incomingZero = pathZero[at + known]
      incomingOne = pathOne[at + known]
      unwind(at, length, known)
      entries--
    }
    const warm = hot[node]
    const cold = warm === left[node] ? right[node] : left[node]
    // Where no coalition leads (nobody came by, and the row itself would not), nothing is to be shared out.
    const warmZero = incomingZero * share[warm]
    const coldZero = incomingZero * share[cold]
    if (warmZero > 0 || incomingOne > 0) visit(warm, level + 1, entries, warmZero, incomingOne, split)
    if (coldZero > 0) visit(cold, level + 1, entries, coldZero, 0, split)
  }

  function extend(at: number, length: number, zero: number, one: number, splitFeature: number): void {
    pathFeature[at + length] = splitFeature
    pathZero[at + length] = zero
    pathOne[at + length] = one
    pathWeight[at + length] = length === 0 ? 1 : 0
    for (let i = length - 1; i >= 0; i--) {
      pathWeight[at + i + 1] += (one * pathWeight[at + i] * (i + 1)) / (length + 1)
      pathWeight[at + i] = (zero * pathWeight[at + i] * (length - i)) / (length + 1)
    }
  }

  /** Takes the entry `index` back out of a path whose last entry is `length`. */
  function unwind(at: number, length: number, index: number): void {
    const zero = pathZero[at + index]
    const one = pathOne[at + index]
    let next = pathWeight[at + length]
    for (let i = length - 1; i >= 0; i--) {
      if (one !== 0) {
        const before = pathWeight[at + i]
        pathWeight[at + i] = (next * (length + 1)) / ((i + 1) * one)
        next = before - (pathWeight[at + i] * zero * (length - i)) / (length + 1)
      } else pathWeight[at + i] = (pathWeight[at + i] * (length + 1)) / (zero * (length - i))
    }
    for (let i = index; i < length; i++) {
      pathFeature[at + i] = pathFeature[at + i + 1]
      pathZero[at + i] = pathZero[at + i + 1]
      pathOne[at + i] = pathOne[at + i + 1]
    }
  }

  /** Credits what a leaf adds to the features on the path to it. */
  function settle(at: number, length: number, leafValue: number): void {
    for (let i = 1; i <= length; i++) {
      const difference = pathOne[at + i] - pathZero[at + i]
      result[pathFeature[at + i]] += unwoundSum(at, length, i) * difference * leafValue
    }
  }

  /** Sum of the weights that `unwind` would leave. */
  function unwoundSum(at: number, length: number, index: number): number {
    const zero = pathZero[at + index]
    const one = pathOne[at + index]
    let next = pathWeight[at + length]
    let total = 0
    for (let i = length - 1; i >= 0; i--) {
      if (one !== 0) {
        const weight = (next * (length + 1)) / ((i + 1) * one)
        total += weight
        next = pathWeight[at + i] - (weight * zero * (length - i)) / (length + 1)
      } else total += (pathWeight[at + i] * (length + 1)) / (zero * (length - i))
    }
    return total
  }
}
