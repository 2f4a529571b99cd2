import type { PythonRandom } from '../../math/python-random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Row } from '../learner.ts'
import { CategoryTable } from './category-table.ts'
import type { LeafInputs } from './leaf-inputs.ts'
import { answerOf, descend, descendSafely } from './leaf-model.ts'
import { isPresent, LeafObservers } from './leaf-observers.ts'
import { countTarget, MOMENTS } from './moments.ts'
import { LEAF, NodeStore } from './node-store.ts'
import { CLOSE, SPLIT, SplitAttempt } from './split-attempt.ts'
import { TEST } from './split-candidate.ts'
import type { TreeRules } from './tree-rules.ts'

/** Part of the memory that observers are cut down to once it is full, and that nodes may take. */
const CUT = 0.75
const NODES_SHARE = 0.5

export interface TreeSummary {
  nodes: number
  branches: number
  leaves: number
  activeLeaves: number
  inactiveLeaves: number
  height: number
}

/**
 * A Hoeffding tree for regression (Domingos and Hulten 2000; Ikonomovska, Gama and Džeroski 2011): leaves split when the
 * best reduction of variance is certain to be the best. With `random` every leaf watches only the columns it drew.
 */
export class RegressionTree {
  readonly #rules: TreeRules
  readonly #inputs: LeafInputs
  readonly #random: PythonRandom | null
  readonly #attempt: SplitAttempt
  readonly #nodes: NodeStore
  /** Per node: observers of a leaf. */
  readonly #observers: (LeafObservers | null)[] = []
  readonly #tables: CategoryTable[] = []
  /** Leaves closed for want of memory stay so. */
  readonly #frozen = new Set<number>()
  #observerBytes = 0
  #tableBytes = 0
  #leaves = 0
  #active = 0

  constructor(rules: TreeRules, inputs: LeafInputs, random: PythonRandom | null, input?: StateReader) {
    this.#rules = rules
    this.#inputs = inputs
    this.#random = random
    this.#attempt = new SplitAttempt(rules)
    this.#nodes = new NodeStore(rules.leaf === 'mean' ? 0 : inputs.modelWidth, input)
    if (input) this.#load(input)
  }

  /** Bytes of numeric state; they depend on what the tree holds alone. */
  get bytes(): number {
    return this.#nodes.bytes + this.#observerBytes + this.#tableBytes
  }

  get summary(): TreeSummary {
    const { depth, count } = this.#nodes
    return {
      nodes: count,
      branches: count - this.#leaves,
      leaves: this.#leaves,
      activeLeaves: this.#active,
      inactiveLeaves: this.#leaves - this.#active,
      height: count === 0 ? 0 : 1 + depth.subarray(0, count).reduce((most, own) => Math.max(most, own), 0),
    }
  }

  /** The leaf's answer, 0 before the first example; `inputs` must have read the row unless leaves answer with means. */
  predict(row: Row): number {
    const { kind, count } = this.#nodes
    if (count === 0) return 0
    let node = 0
    while (kind[node] !== LEAF) {
      const child = this.#childOf(node, row)
      node = child >= 0 ? child : this.#heaviest(node)
    }
    return this.#answer(node)
  }

  learn(row: Row, target: number, weight: number): void {
    const { river, maxDepth, gracePeriod } = this.#rules
    const nodes = this.#nodes
    if (nodes.count === 0) this.#addLeaf(0, 0, null, 0)
    let node = 0
    let astray = false
    while (nodes.kind[node] !== LEAF) {
      nodes.moments[MOMENTS * node] += weight
      let child = this.#childOf(node, row)
      if (child < 0) {
        // River never splits a leaf on an example that came to it this way.
        astray = river
        child = this.#newCategory(node, row)
        if (child < 0) child = this.#heaviest(node)
      }
      node = child
    }
    const observers = this.#learnAt(node, row, target, weight)
    if (this.bytes > this.#rules.maxBytes) this.#freeze()
    if (astray || !observers.active) return
    if (nodes.depth[node] >= maxDepth) {
      this.#close(node)
      return
    }
    const seen = nodes.moments[MOMENTS * node]
    if (seen - nodes.attempted[node] < gracePeriod) return
    nodes.attempted[node] = seen
    this.#trySplit(node, observers)
  }

  save(out: StateWriter): void {
    this.#nodes.save(out)
    for (const table of this.#tables) table.save(out)
    for (const observers of this.#observers) observers?.save(out)
    out.i32s(Int32Array.from(this.#frozen))
  }

  #load(input: StateReader): void {
    const { kind, count } = this.#nodes
    for (const node of this.#nodes.tableOwners()) {
      const table = CategoryTable.load(input, node, count)
      this.#tables.push(table)
      this.#tableBytes += table.bytes
    }
    for (let node = 0; node < count; node++) {
      if (kind[node] !== LEAF) this.#observers.push(null)
      else this.#watch(new LeafObservers(this.#rules, input))
    }
    for (const node of input.i32s()) this.#frozen.add(node)
  }

  /** The child that the row's value leads to, -1 if it is missing or unknown. */
  #childOf(node: number, row: Row): number {
    const { kind, column, value, first } = this.#nodes
    const test = kind[node]
    const x = row[column[node]]
    if (test === TEST.numeric) return x <= value[node] ? first[node] : x - x === 0 ? first[node] + 1 : -1
    if (!isPresent(x, 1)) return -1
    if (test === TEST.oneCategory) return x === value[node] ? first[node] : first[node] + 1
    return this.#tables[first[node]].childOf(x)
  }

  #heaviest(node: number): number {
    const { kind, first, moments } = this.#nodes
    const child = first[node]
    if (kind[node] !== TEST.categories) {
      return moments[MOMENTS * child] < moments[MOMENTS * (child + 1)] ? child + 1 : child
    }
    const { children } = this.#tables[child]
    let best = children[0]
    for (const other of children) if (moments[MOMENTS * other] > moments[MOMENTS * best]) best = other
    return best
  }

  #answer(leaf: number): number {
    const { leaf: answers } = this.#rules
    const { moments, errors, models, modelWidth } = this.#nodes
    const mean = moments[MOMENTS * leaf + 1]
    if (answers === 'mean') return mean
    const modelled = () =>
      this.#inputs.unscaleTarget(answerOf(models, modelWidth * leaf, this.#inputs.values))
    if (answers === 'model') return modelled()
    const [ofMean, ofModel] = [errors[2 * leaf], errors[2 * leaf + 1]]
    // River takes the model unless the mean is better, so also when the model's error is not a number.
    const chooseModel = this.#rules.river ? !(ofMean < ofModel) : ofModel < ofMean
    return chooseModel ? modelled() : mean
  }

  #learnAt(leaf: number, row: Row, target: number, weight: number): LeafObservers {
    const { leaf: answers, decay, river, learningRate } = this.#rules
    const { moments, errors, models, modelWidth } = this.#nodes
    const inputs = this.#inputs
    if (answers === 'adaptive') {
      const ofMean = target - moments[MOMENTS * leaf + 1]
      const ofModel = target - inputs.unscaleTarget(answerOf(models, modelWidth * leaf, inputs.values))
      errors[2 * leaf] = decay * errors[2 * leaf] + ofMean * ofMean
      errors[2 * leaf + 1] = decay * errors[2 * leaf + 1] + ofModel * ofModel
    }
    countTarget(moments, MOMENTS * leaf, target, weight)
    const observers = this.#observers[leaf] as LeafObservers
    if (observers.active) this.#observerBytes += observers.update(row, target, weight, this.#random)
    if (answers !== 'mean') {
      const step = river ? descend : descendSafely
      step(models, modelWidth * leaf, inputs.values, inputs.scaleTarget(target), weight, learningRate)
    }
    return observers
  }

  #trySplit(leaf: number, observers: LeafObservers): void {
    const before = observers.bytes
    const verdict = this.#attempt.decide(observers, this.#nodes.moments, MOMENTS * leaf)
    this.#observerBytes += observers.bytes - before
    if (verdict === CLOSE) this.#close(leaf)
    else if (verdict === SPLIT) this.#split(leaf)
    if (verdict === CLOSE || verdict === SPLIT) this.#reopen()
  }

  #split(leaf: number): void {
    const nodes = this.#nodes
    const { chosen } = this.#attempt
    if (nodes.bytesWith(chosen.count) > NODES_SHARE * this.#rules.maxBytes) {
      this.#close(leaf)
      this.#frozen.add(leaf)
      return
    }
    const first = nodes.count
    const before = nodes.moments[MOMENTS * leaf]
    let weight = 0
    for (let i = 0; i < chosen.count; i++) {
      const child = this.#addLeaf(leaf, nodes.depth[leaf] + 1, chosen.children, MOMENTS * i)
      nodes.inherit(child, leaf)
      weight += chosen.children[MOMENTS * i]
    }
    nodes.kind[leaf] = chosen.test
    nodes.column[leaf] = chosen.column
    nodes.value[leaf] = chosen.value
    nodes.first[leaf] = first
    if (chosen.test === TEST.categories) {
      const table = new CategoryTable()
      chosen.categories.forEach((category, i) => table.add(category, first + i))
      nodes.first[leaf] = this.#tables.push(table) - 1
      this.#tableBytes += table.bytes
    }
    // Children may weigh less than their parent (missing values), or more (River's quantization observer).
    nodes.moments[MOMENTS * leaf] = weight
    for (let node = leaf; node !== 0; ) {
      node = nodes.parent[node]
      nodes.moments[MOMENTS * node] += weight - before
    }
    this.#observerBytes -= this.#observers[leaf]?.bytes ?? 0
    this.#observers[leaf] = null
    this.#leaves--
    this.#active--
  }

  /** A leaf for a category that the branch has no child for; -1 where that is not the reason, or no room is left. */
  #newCategory(node: number, row: Row): number {
    const { kind, column, first, depth } = this.#nodes
    const category = row[column[node]]
    if (kind[node] !== TEST.categories || !isPresent(category, 1)) return -1
    if (this.#nodes.bytesWith(1) + this.#tableBytes > NODES_SHARE * this.#rules.maxBytes) return -1
    const table = this.#tables[first[node]]
    const leaf = this.#addLeaf(node, depth[node] + 1, null, 0)
    const before = table.bytes
    table.add(category, leaf)
    this.#tableBytes += table.bytes - before
    return leaf
  }

  #addLeaf(parent: number, depth: number, moments: Float64Array | null, at: number): number {
    this.#watch(new LeafObservers(this.#rules))
    return this.#nodes.addLeaf(parent, depth, moments, at)
  }

  #watch(observers: LeafObservers): void {
    this.#observers.push(observers)
    this.#observerBytes += observers.bytes
    this.#leaves++
    if (observers.active) this.#active++
  }

  #close(leaf: number): void {
    const observers = this.#observers[leaf] as LeafObservers
    const before = observers.bytes
    observers.deactivate()
    this.#observerBytes += observers.bytes - before
    this.#active--
  }

  /** After every split River opens closed leaves again, but those at the greatest depth. */
  #reopen(): void {
    if (this.#active === this.#leaves) return
    this.#observers.forEach((observers, leaf) => {
      if (!observers || observers.active || this.#frozen.has(leaf)) return
      if (this.#nodes.depth[leaf] >= this.#rules.maxDepth) return
      observers.activate()
      this.#active++
    })
  }

  /** Closes the leaves with the least squared error left in them until there is room again. */
  #freeze(): void {
    const { moments } = this.#nodes
    const open = [...this.#observers.keys()].filter(node => this.#observers[node]?.active)
    open.sort((a, b) => moments[MOMENTS * a + 2] - moments[MOMENTS * b + 2] || b - a)
    for (const leaf of open) {
      if (this.bytes <= CUT * this.#rules.maxBytes) return
      this.#close(leaf)
      this.#frozen.add(leaf)
    }
  }
}
