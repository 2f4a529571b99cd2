/** What the pruning asks of the tree's owner. */
export interface PruneHooks {
  /** The walk turns into the right subtree of `node`, or comes back from it. */
  enter(node: number): void
  leave(node: number): void
  /** Whether the candidate at `node` may go. */
  isBad(node: number): boolean
}

const LEFT = 0
const RIGHT = 1
const RIGHT_ENTERED = 2
const JUDGE = 3

/**
 * Unlinks bad candidates from a binary search tree, from the bottom up: a node goes when all below it went and it is bad
 * itself; a subtree on the left with something good in it keeps its parent without a look (as River's E-BST, after
 * Ikonomovska et al. 2011). Node 0 is the root; of node i, `nodes[stride * i + left]` and the next hold the children, -1
 * for none. Returns how many nodes were unlinked; `count` if none is left.
 */
export function pruneSearchTree(
  nodes: Float64Array,
  stride: number,
  left: number,
  count: number,
  hooks: PruneHooks,
): number {
  const path = new Int32Array(count)
  const phases = new Uint8Array(count)
  let top = 0
  let removed = 0
  // Whether the subtree walked last is gone.
  let gone = false
  while (top >= 0) {
    const node = path[top]
    const phase = phases[top]
    if (phase === LEFT) {
      phases[top] = RIGHT
      gone = true
      if (nodes[stride * node + left] >= 0) {
        path[++top] = nodes[stride * node + left]
        phases[top] = LEFT
      }
    } else if (phase === RIGHT) {
      if (!gone) {
        top--
        continue
      }
      phases[top] = JUDGE
      if (nodes[stride * node + left + 1] >= 0) {
        hooks.enter(node)
        phases[top] = RIGHT_ENTERED
        path[++top] = nodes[stride * node + left + 1]
        phases[top] = LEFT
      }
    } else {
      if (phase === RIGHT_ENTERED) hooks.leave(node)
      gone = gone && hooks.isBad(node)
      top--
      if (!gone) continue
      removed++
      if (top < 0) continue
      const side = stride * path[top] + left
      nodes[nodes[side] === node ? side : side + 1] = -1
    }
  }
  return removed
}
