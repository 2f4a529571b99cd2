import type { BinnedColumns } from './bin-columns.ts'
import { type BoostingShared, FOUND, JOB, SET_WORDS, SPLIT_KIND } from './boosting-shared.ts'
import type { SplitTeam } from './boosting-threads.ts'
import type { SlotTree } from './slot-tree.ts'
import type { TreeLog } from './tree-log.ts'

/** A stretch of `shared.order` that is a leaf so far, and the best way to split it. */
export interface OpenNode {
  /** Within the tree; its entry in the log is `root + node`. */
  readonly node: number
  readonly from: number
  readonly to: number
  readonly depth: number
  readonly gradient: number
  readonly hessian: number
  /** Index of its histogram; -1 for none. */
  histogram: number
  /** Of the best split; -1 for none. */
  gain: number
  feature: number
  slot: number
  missingLeft: number
  gradientLeft: number
  hessianLeft: number
  rowsLeft: number
  readonly set: Int32Array
}

interface Settings {
  readonly shared: BoostingShared
  readonly team: SplitTeam
  readonly binned: BinnedColumns
  readonly depth: number
  readonly leaves: number
  readonly growth: string
}

/** Grows one tree from gradients and hessians of all rows: the first `count` entries of `shared.order` are those it may see, and
 * are left sorted by leaf. `features` of `shared.active` may be split on. Returns its leaves. */
export type GrowTree = (input: {
  readonly gradient: Float64Array
  readonly hessian: Float64Array
  readonly count: number
  readonly features: number
  readonly tree: SlotTree
  readonly log: TreeLog
}) => OpenNode[]

export function createTreeGrower({ shared, team, binned, depth, leaves, growth }: Settings): GrowTree {
  const { rows, features, settings, order, bins, jobs, totals, found, foundSets, active, kinds, slots } =
    shared
  const spare = new Int32Array(rows)
  const columns = Array.from({ length: features }, (_, f) => bins.subarray(f * rows, (f + 1) * rows))
  const free: number[] = []

  return ({ gradient, hessian, count, features: activeCount, tree, log }) => {
    free.length = 0
    for (let i = leaves; i >= 0; i--) free.push(i)
    const logRoot = log.root(count)
    tree.clear()
    let nodes = 1
    gather(0, count)
    const root = openNode(0, 0, count, 0, sumOf(shared.gradient, count), hessianOf(count))
    let frontier = [root]
    let leafCount = 1
    if (canSplit(root)) {
      addJob(0, root, null)
      team.run(1, activeCount)
      choose(root, 0)
    }
    for (;;) {
      const round = nextRound(frontier, leaves - leafCount)
      if (round.length === 0) break
      const splitting = new Set(round)
      frontier = frontier.filter(node => !splitting.has(node))
      const children: [OpenNode, OpenNode][] = round.map(node => {
        const pair = split(node)
        leafCount++
        return pair
      })
      lookFurther(children)
      frontier.push(...children.flat())
    }
    return frontier

    function gather(from: number, to: number): void {
      const { gradient: g, hessian: h } = shared
      if (settings.constantHessian) {
        for (let i = from; i < to; i++) g[i] = gradient[order[i]]
        return
      }
      for (let i = from; i < to; i++) {
        const row = order[i]
        g[i] = gradient[row]
        h[i] = hessian[row]
      }
    }

    function hessianOf(length: number): number {
      return settings.constantHessian ? length : sumOf(shared.hessian, length)
    }

    function split(node: OpenNode): [OpenNode, OpenNode] {
      const { feature, from, to } = node
      const isSet = kinds[feature] !== SPLIT_KIND.numeric
      const left = nodes
      nodes += 2
      const borders = binned.borders[feature]
      if (isSet) tree.splitSet(node.node, feature, left, node.set, 0, SET_WORDS)
      else tree.splitAt(node.node, feature, left, node.slot, slots[feature] - 1, node.missingLeft)
      log.split(logRoot + node.node, {
        feature,
        threshold: isSet ? 0 : node.slot < borders.length ? borders[node.slot] : Infinity,
        missingLeft: isSet ? 0 : node.missingLeft,
        set: isSet ? node.set : null,
        gain: node.gain,
        leftCover: node.rowsLeft,
        rightCover: to - from - node.rowsLeft,
      })
      const middle = part(columns[feature], tree.goes(node.node), from, to)
      const { gradientLeft, hessianLeft, depth: level } = node
      return [
        openNode(left, from, middle, level + 1, gradientLeft, hessianLeft),
        openNode(left + 1, middle, to, level + 1, node.gradient - gradientLeft, node.hessian - hessianLeft),
      ].map(child => Object.assign(child, { histogram: node.histogram })) as [OpenNode, OpenNode]
    }

    /** One piece of work for all pairs: the smaller child's histogram is summed up, its sibling's is the difference. */
    function lookFurther(pairs: readonly [OpenNode, OpenNode][]): void {
      const filled: [OpenNode, OpenNode][] = []
      for (const [left, right] of pairs) {
        const parent = left.histogram
        left.histogram = -1
        right.histogram = -1
        if (leafCount === leaves || (!canSplit(left) && !canSplit(right))) {
          free.push(parent)
          continue
        }
        const isLeftSmall = left.to - left.from <= right.to - right.from
        const small = isLeftSmall ? left : right
        const large = isLeftSmall ? right : left
        large.histogram = parent
        gather(small.from, small.to)
        addJob(filled.length, small, large)
        filled.push([small, large])
      }
      if (filled.length === 0) return
      team.run(filled.length, activeCount)
      filled.forEach(([small, large], job) => {
        choose(small, job * 2)
        choose(large, job * 2 + 1)
      })
    }

    function addJob(job: number, small: OpenNode, large: OpenNode | null): void {
      small.histogram = free.pop() as number
      jobs[job * JOB.length + JOB.fill] = small.histogram
      jobs[job * JOB.length + JOB.from] = small.from
      jobs[job * JOB.length + JOB.to] = small.to
      jobs[job * JOB.length + JOB.parent] = large ? large.histogram : -1
      setTotals(job * 2, small)
      if (large) setTotals(job * 2 + 1, large)
    }

    /** The feature that gains most; the first of equals. */
    function choose(open: OpenNode, place: number): void {
      let best = 0
      for (let i = 0; i < activeCount; i++) {
        const feature = active[i]
        const at = (place * features + feature) * FOUND.length
        if (found[at + FOUND.gain] <= best) continue
        best = found[at + FOUND.gain]
        open.gain = best
        open.feature = feature
        open.slot = found[at + FOUND.slot]
        open.missingLeft = found[at + FOUND.missingLeft]
        open.gradientLeft = found[at + FOUND.gradientLeft]
        open.hessianLeft = found[at + FOUND.hessianLeft]
        open.rowsLeft = found[at + FOUND.rowsLeft]
      }
      if (!canSplit(open)) open.gain = -1
      if (open.gain <= 0) {
        free.push(open.histogram)
        open.histogram = -1
        return
      }
      const setAt = (place * features + open.feature) * SET_WORDS
      open.set.set(foundSets.subarray(setAt, setAt + SET_WORDS))
    }
  }

  function canSplit({ from, to, depth: level, hessian }: OpenNode): boolean {
    return level < depth && to - from >= 2 * settings.minLeafRows && hessian >= 2 * settings.minHessian
  }

  function nextRound(frontier: readonly OpenNode[], budget: number): OpenNode[] {
    const open = frontier.filter(({ gain }) => gain > 0).sort((a, b) => b.gain - a.gain || a.node - b.node)
    return open.slice(0, growth === 'leaf' ? Math.min(1, budget) : budget)
  }

  function setTotals(place: number, { gradient, hessian, from, to }: OpenNode): void {
    totals[place * 3] = gradient
    totals[place * 3 + 1] = hessian
    totals[place * 3 + 2] = to - from
  }

  /** Sorts a stretch so that rows that go left come first, all in their former order. Returns where the right ones begin. */
  function part(column: Uint8Array, goes: Uint8Array, from: number, to: number): number {
    let left = from
    let right = 0
    for (let i = from; i < to; i++) {
      const row = order[i]
      const goesRight = goes[column[row]]
      // Both are written and one counts: a branch on data would be mispredicted every other row.
      order[left] = row
      spare[right] = row
      left += 1 - goesRight
      right += goesRight
    }
    for (let i = 0; i < right; i++) order[left + i] = spare[i]
    return left
  }
}

function openNode(
  node: number,
  from: number,
  to: number,
  depth: number,
  gradient: number,
  hessian: number,
): OpenNode {
  return {
    node,
    from,
    to,
    depth,
    gradient,
    hessian,
    histogram: -1,
    gain: -1,
    feature: -1,
    slot: 0,
    missingLeft: 0,
    gradientLeft: 0,
    hessianLeft: 0,
    rowsLeft: 0,
    set: new Int32Array(SET_WORDS),
  }
}

function sumOf(values: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]
  return sum
}
