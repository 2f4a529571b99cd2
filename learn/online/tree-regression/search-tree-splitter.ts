import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { capacityFor } from './capacity.ts'
import { countTarget, joinMoments, MOMENTS, partMoments } from './moments.ts'
import { roundDecimal } from './round-decimal.ts'
import { pruneSearchTree } from './prune-search-tree.ts'
import { gainOfTwo, TEST, type SplitCandidate, type SplitRules } from './split-candidate.ts'
import type { GainBound, TargetSplitter } from './target-splitter.ts'

/** Numbers per node: the key, then the moments of the target where the column was at most the key on its path. */
const STRIDE = 1 + MOMENTS
const BYTES = 8 * STRIDE + 8
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
  /** Left and right child of each node, -1 for none. */
  #links: Int32Array

  constructor(digits: number, maxNodes: number, input?: StateReader) {
    this.#digits = digits
    this.#maxNodes = maxNodes
    const links = input?.i32s() ?? new Int32Array(0)
    this.#count = links.length / 2
    this.#nodes = new Float64Array(STRIDE * capacityFor(this.#count))
    this.#links = new Int32Array(2 * capacityFor(this.#count))
    this.#links.set(links)
    if (!input) return
    this.#nodes.set(input.f64s(STRIDE * this.#count))
    // Children follow their parents, so that no walk runs in circles.
    if (links.some((child, at) => child !== -1 && !(child > at >> 1 && child < this.#count))) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        'A search tree links to a node before its own, wanted one after it.',
      )
    }
  }

  get bytes(): number {
    return BYTES * (this.#links.length / 2)
  }

  update(value: number, y: number, w: number): number {
    const x = this.#digits === EXACT ? value : roundDecimal(value, this.#digits)
    if (this.#count === 0) return this.#append(x, y, w)
    const nodes = this.#nodes
    const links = this.#links
    let node = 0
    for (;;) {
      const at = STRIDE * node
      const key = nodes[at]
      let side = 2 * node + 1
      if (x <= key) {
        countTarget(nodes, at + 1, y, w)
        if (x === key) return 0
        side--
      }
      const child = links[side]
      if (child >= 0) {
        node = child
      } else if (this.#count < this.#maxNodes) {
        links[side] = this.#count
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
    const links = this.#links
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
        const left = links[2 * node]
        const right = links[2 * node + 1]
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
    const links = this.#links
    const removed = pruneSearchTree(links, this.#count, {
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
    out.i32s(this.#links.subarray(0, 2 * this.#count))
    out.f64s(this.#nodes.subarray(0, STRIDE * this.#count))
  }

  #append(x: number, y: number, w: number): number {
    const before = this.bytes
    const node = this.#count++
    if (2 * this.#count > this.#links.length) this.#reserve(capacityFor(this.#count))
    const at = STRIDE * node
    this.#nodes.fill(0, at, at + STRIDE)
    this.#nodes[at] = x
    countTarget(this.#nodes, at + 1, y, w)
    this.#links[2 * node] = -1
    this.#links[2 * node + 1] = -1
    return this.bytes - before
  }

  #reserve(capacity: number): void {
    const nodes = this.#nodes
    const links = this.#links
    this.#nodes = new Float64Array(STRIDE * capacity)
    this.#links = new Int32Array(2 * capacity)
    this.#nodes.set(nodes.subarray(0, Math.min(nodes.length, this.#nodes.length)))
    this.#links.set(links.subarray(0, Math.min(links.length, this.#links.length)))
  }

  /** Keeps what the root still reaches, in the order of appearance. */
  #compact(empty: boolean): void {
    const nodes = this.#nodes
    const links = this.#links
    const places = new Int32Array(this.#count).fill(-1)
    if (!empty) places[0] = 0
    let kept = 0
    // Children stand after their parents, so one pass marks all that is reached.
    for (let node = 0; node < places.length; node++) {
      if (places[node] < 0) continue
      places[node] = kept
      for (let side = 2 * node; side < 2 * node + 2; side++) if (links[side] >= 0) places[links[side]] = 0
      nodes.copyWithin(STRIDE * kept, STRIDE * node, STRIDE * (node + 1))
      links.copyWithin(2 * kept, 2 * node, 2 * (node + 1))
      kept++
    }
    for (let at = 0; at < 2 * kept; at++) if (links[at] >= 0) links[at] = places[links[at]]
    this.#count = kept
    this.#reserve(capacityFor(kept))
  }
}

const candidate = new Float64Array(2 * MOMENTS)
