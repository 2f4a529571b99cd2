import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { capacityFor } from './capacity.ts'
import { MOMENTS } from './moments.ts'
import { TEST } from './split-candidate.ts'

export const LEAF = 0
/** Bytes of a node beside its model. */
const NODE_BYTES = 1 + 4 + 4 + 4 + 4 + 8 + 8 + 16 + 8 * MOMENTS

/** The nodes of a tree, the root first, children after their parents; a leaf that splits keeps its number. */
export class NodeStore {
  count = 0
  /** LEAF, or the test of a branch. */
  kind: Uint8Array = new Uint8Array(0)
  /** Of a branch: the column it tests, its threshold or category, its first child (or the number of its table). */
  column: Int32Array = new Int32Array(0)
  value: Float64Array = new Float64Array(0)
  first: Int32Array = new Int32Array(0)
  parent: Int32Array = new Int32Array(0)
  depth: Int32Array = new Int32Array(0)
  /** Of a leaf the moments of its target; of a branch the weight of its leaves. */
  moments: Float64Array = new Float64Array(0)
  /** Of a leaf: its weight at the last attempt to split it. */
  attempted: Float64Array = new Float64Array(0)
  /** Of a leaf: fading squared errors of its mean and of its model. */
  errors: Float64Array = new Float64Array(0)
  /** Of a leaf: weights of its linear model. */
  readonly modelWidth: number
  models: Float64Array = new Float64Array(0)
  #capacity = 0

  constructor(modelWidth: number, input?: StateReader) {
    this.modelWidth = modelWidth
    if (!input) return
    const count = input.u32()
    this.#reserve(capacityFor(count))
    this.count = count
    this.kind.set(input.bytes(count))
    this.column.set(input.i32s(count))
    this.value.set(input.f64s(count))
    this.first.set(input.i32s(count))
    this.parent.set(input.i32s(count))
    this.depth.set(input.i32s(count))
    this.moments.set(input.f64s(MOMENTS * count))
    this.attempted.set(input.f64s(count))
    this.errors.set(input.f64s(2 * count))
    this.models.set(input.f64s(modelWidth * count))
    this.#check()
  }

  get bytes(): number {
    return (NODE_BYTES + 8 * this.modelWidth) * this.#capacity
  }

  /** Bytes once `count` more are in. */
  bytesWith(count: number): number {
    return (NODE_BYTES + 8 * this.modelWidth) * capacityFor(this.count + count)
  }

  /** A new leaf; `moments[at…]` are what it starts with, none for an empty one. Returns its number. */
  addLeaf(parent: number, depth: number, moments: Float64Array | null, at: number): number {
    const node = this.count++
    if (this.count > this.#capacity) this.#reserve(capacityFor(this.count))
    this.kind[node] = LEAF
    this.parent[node] = parent
    this.depth[node] = depth
    if (moments) for (let i = 0; i < MOMENTS; i++) this.moments[MOMENTS * node + i] = moments[at + i]
    this.attempted[node] = this.moments[MOMENTS * node]
    return node
  }

  /** Gives a new leaf the model and the errors of the leaf it came from. */
  inherit(leaf: number, from: number): void {
    const width = this.modelWidth
    this.models.copyWithin(width * leaf, width * from, width * (from + 1))
    this.errors.copyWithin(2 * leaf, 2 * from, 2 * (from + 1))
  }

  /** The branches with a table, in the order of their tables. Throws CHECKPOINT_CORRUPT unless each has one of its own. */
  tableOwners(): number[] {
    const owners: number[] = []
    for (let node = 0; node < this.count; node++) {
      if (this.kind[node] === TEST.categories) owners.push(node)
    }
    owners.sort((a, b) => this.first[a] - this.first[b])
    if (owners.every((node, table) => this.first[node] === table)) return owners
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `Branches name the tables ${owners.map(node => this.first[node]).join(', ')}, wanted 0, 1, and so on.`,
    )
  }

  save(out: StateWriter): void {
    const { count } = this
    out.u32(count)
    out.bytes(this.kind.subarray(0, count))
    out.i32s(this.column.subarray(0, count))
    out.f64s(this.value.subarray(0, count))
    out.i32s(this.first.subarray(0, count))
    out.i32s(this.parent.subarray(0, count))
    out.i32s(this.depth.subarray(0, count))
    out.f64s(this.moments.subarray(0, MOMENTS * count))
    out.f64s(this.attempted.subarray(0, count))
    out.f64s(this.errors.subarray(0, 2 * count))
    out.f64s(this.models.subarray(0, this.modelWidth * count))
  }

  #reserve(capacity: number): void {
    this.#capacity = capacity
    const grow = <T extends Uint8Array | Int32Array | Float64Array>(fresh: T, old: T): T => {
      fresh.set(old)
      return fresh
    }
    this.kind = grow(new Uint8Array(capacity), this.kind)
    this.column = grow(new Int32Array(capacity), this.column)
    this.value = grow(new Float64Array(capacity), this.value)
    this.first = grow(new Int32Array(capacity), this.first)
    this.parent = grow(new Int32Array(capacity), this.parent)
    this.depth = grow(new Int32Array(capacity), this.depth)
    this.moments = grow(new Float64Array(MOMENTS * capacity), this.moments)
    this.attempted = grow(new Float64Array(capacity), this.attempted)
    this.errors = grow(new Float64Array(2 * capacity), this.errors)
    this.models = grow(new Float64Array(this.modelWidth * capacity), this.models)
  }

  /** A walk must end, so children stand behind their parents; tables are checked where they are read. */
  #check(): void {
    for (let node = 0; node < this.count; node++) {
      const kind = this.kind[node]
      const sound =
        kind <= TEST.categories &&
        this.parent[node] < Math.max(node, 1) &&
        (kind === LEAF || kind === TEST.categories || this.#hasChildren(node))
      if (!sound) {
        throw codedError(
          'CHECKPOINT_CORRUPT',
          `Node ${node} of a tree does not fit, wanted a parent before and children behind it.`,
        )
      }
    }
  }

  #hasChildren(node: number): boolean {
    return this.first[node] > node && this.first[node] + 1 < this.count
  }
}
