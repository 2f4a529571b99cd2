import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { capacityFor } from './capacity.ts'
import { countTarget, joinMoments, MOMENTS, partMoments } from './moments.ts'
import { roundDecimal } from './round-decimal.ts'
import { pruneSearchTree } from './prune-search-tree.ts'
import { gainOfTwo, TEST, type SplitCandidate, type SplitRules } from './split-candidate.ts'
import type { GainBound, TargetSplitter } from './target-splitter.ts'

/**
 * Numbers per node, beside each other in memory: the key, the moments of the target where the column was at most the
 * key on its path, the left and the right child (-1 for none).
 */
const STRIDE = 1 + MOMENTS + 2
const LEFT = 1 + MOMENTS
const RIGHT = LEFT + 1
/** Digits that stand for no rounding. */
export const EXACT = -1

const DESCEND = 0
const PROCESS = 1
const ADD = 2
const REMOVE = 3
/** Work of the traversal; four entries per node are the most. */
let stack = new Int32Array(1024)
const beside = new Float64Array(MOMENTS)

/**
 * Extended binary search tree (Ikonomovska, Gama and Džeroski 2011): every value of the column is a candidate
 * threshold; a node keeps the target's moments of the values at most its own that passed it. `digits` rounds values
 * first (the truncated variant), EXACT does not. At `maxNodes` a new value counts at the last node on its way.
 */
export class SearchTreeSplitter implements TargetSplitter {
  readonly #digits: number
  readonly #maxNodes: number
  #count: number
  #nodes: Float64Array

  constructor(digits: number, maxNodes: number, input?: StateReader) {
    this.#digits = digits
    this.#maxNodes = maxNodes
    const nodes = input?.f64s() ?? new Float64Array(0)
    this.#count = Math.floor(nodes.length / STRIDE)
    this.#nodes = new Float64Array(STRIDE * capacityFor(this.#count))
    this.#nodes.set(nodes.subarray(0, STRIDE * this.#count))
    // Children follow their parents, so that no walk runs in circles.
    for (let node = 0; node < this.#count; node++) {
      for (const side of [LEFT, RIGHT]) {
        const child = nodes[STRIDE * node + side]
        if (child === -1 || (Number.isInteger(child) && child > node && child < this.#count)) continue
        throw codedError(
          'CHECKPOINT_CORRUPT',
          `Node ${node} of a search tree has the child ${child}, wanted -1 or one behind it.`,
        )
      }
    }
  }

  get bytes(): number {
    return 8 * this.#nodes.length
  }

  update(value: number, y: number, w: number): number {
    const x = this.#digits === EXACT ? value : roundDecimal(value, this.#digits)
    if (this.#count === 0) return this.#append(x, y, w)
    const nodes = this.#nodes
    let at = 0
    for (;;) {
      const key = nodes[at]
      let side = at + RIGHT
      if (x <= key) {
        countTarget(nodes, at + 1, y, w)
        if (x === key) return 0
        side = at + LEFT
      }
      const child = nodes[side]
      if (child >= 0) {
        at = STRIDE * child
      } else if (this.#count < this.#maxNodes) {
        nodes[side] = this.#count
        return this.#append(x, y, w)
      } else {
        if (x > key) countTarget(nodes, at + 1, y, w)
        return 0
      }
    }
  }

  propose(rules: SplitRules, parent: Float64Array, at: number, out: SplitCandidate): void {
    if (this.#count === 0) return
    const nodes = this.#nodes
    if (stack.length < 4 * this.#count + 4) stack = new Int32Array(8 * this.#count)
    const work = stack
    out.resize(2)
    const scratch = candidate
    beside.fill(0)
    let top = 0
    work[top++] = DESCEND
    while (top > 0) {
      const code = work[--top]
      const node = code >> 2
      const moments = STRIDE * node + 1
      const action = code & 3
      if (action === DESCEND) {
        const left = nodes[moments - 1 + LEFT]
        const right = nodes[moments - 1 + RIGHT]
        if (right >= 0) {
          work[top++] = (node << 2) | REMOVE
          work[top++] = (right << 2) | DESCEND
          work[top++] = (node << 2) | ADD
        }
        work[top++] = (node << 2) | PROCESS
        if (left >= 0) work[top++] = (left << 2) | DESCEND
      } else if (action === ADD) {
        joinMoments(beside, 0, nodes, moments)
      } else if (action === REMOVE) {
        partMoments(beside, 0, nodes, moments)
      } else {
        const merit = this.#gainAt(node, rules, parent, at, scratch)
        if (merit > out.merit) {
          out.merit = merit
          out.value = nodes[STRIDE * node]
          out.children.set(scratch)
          out.test = TEST.numeric
        }
      }
    }
  }

  prune(rules: SplitRules, parent: Float64Array, at: number, bound: GainBound): void {
    if (this.#count === 0) return
    beside.fill(0)
    const nodes = this.#nodes
    const removed = pruneSearchTree(nodes, STRIDE, LEFT, this.#count, {
      enter: node => joinMoments(beside, 0, nodes, STRIDE * node + 1),
      leave: node => partMoments(beside, 0, nodes, STRIDE * node + 1),
      isBad: node => this.#gainAt(node, rules, parent, at, candidate) / bound.best < bound.ratio,
    })
    if (removed > 0) this.#compact(removed === this.#count)
  }

  /** Gain of the threshold at `node` while `beside` holds what lies left of its subtree; fills `children`. */
  #gainAt(node: number, rules: SplitRules, parent: Float64Array, at: number, children: Float64Array): number {
    const moments = STRIDE * node + 1
    for (let i = 0; i < MOMENTS; i++) {
      children[i] = this.#nodes[moments + i]
      children[MOMENTS + i] = parent[at + i]
    }
    joinMoments(children, 0, beside, 0)
    partMoments(children, MOMENTS, children, 0)
    return gainOfTwo(rules, parent, at, children)
  }

  save(out: StateWriter): void {
    out.f64s(this.#nodes.subarray(0, STRIDE * this.#count))
  }

  #append(x: number, y: number, w: number): number {
    const before = this.bytes
    const node = this.#count++
    if (STRIDE * this.#count > this.#nodes.length) this.#reserve(capacityFor(this.#count))
    const at = STRIDE * node
    this.#nodes.fill(0, at, at + STRIDE)
    this.#nodes[at] = x
    countTarget(this.#nodes, at + 1, y, w)
    this.#nodes[at + LEFT] = -1
    this.#nodes[at + RIGHT] = -1
    return this.bytes - before
  }

  #reserve(capacity: number): void {
    const nodes = this.#nodes
    this.#nodes = new Float64Array(STRIDE * capacity)
    this.#nodes.set(nodes.subarray(0, Math.min(nodes.length, this.#nodes.length)))
  }

  /** Keeps what the root still reaches, in the order of appearance. */
  #compact(empty: boolean): void {
    const nodes = this.#nodes
    const places = new Int32Array(this.#count).fill(-1)
    if (!empty) places[0] = 0
    let kept = 0
    // Children stand behind their parents, so one pass marks all that is reached.
    for (let node = 0; node < places.length; node++) {
      if (places[node] < 0) continue
      places[node] = kept
      for (let side = STRIDE * node + LEFT; side <= STRIDE * node + RIGHT; side++) {
        if (nodes[side] >= 0) places[nodes[side]] = 0
      }
      nodes.copyWithin(STRIDE * kept, STRIDE * node, STRIDE * (node + 1))
      kept++
    }
    for (let node = 0; node < kept; node++) {
      for (let side = STRIDE * node + LEFT; side <= STRIDE * node + RIGHT; side++) {
        if (nodes[side] >= 0) nodes[side] = places[nodes[side]]
      }
    }
    this.#count = kept
    this.#reserve(capacityFor(kept))
  }
}

const candidate = new Float64Array(2 * MOMENTS)
