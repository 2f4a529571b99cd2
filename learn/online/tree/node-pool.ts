import { type CodeIndex, codeIndexBytes, codeIndexOf, createCodeIndex } from './code-index.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { longer } from './longer.ts'

/** What a node does with a row. */
export const LEAF = 0
/** A value not above `value` goes to `left`, another to `right`. */
export const THRESHOLD = 1
/** The category `value` goes to `left`, another to `right`. */
export const EQUAL = 2
/** Every category has a child of its own: `left` is the position in `fans`. */
export const FAN = 3

/** Categories up to which a repaired tree opens a branch for each. */
export const MOST_BRANCHES = 64

/** The children of a node with one per category, in the order of `index.codes`. */
export interface Fan {
  index: CodeIndex
  children: Int32Array
}

/** The nodes of one tree; node 0 is the root. A node that is split keeps its number. */
export interface NodePool {
  count: number
  kind: Uint8Array
  column: Int32Array
  value: Float64Array
  /** Of a leaf: its number in the leaf pool. */
  left: Int32Array
  right: Int32Array
  depth: Int32Array
  /** Weight that passed through since the node exists. */
  passed: Float64Array
  fans: Fan[]
}

const NODE_BYTES = 1 + 4 * 4 + 2 * 8
const NONE = new Int32Array(0)

export function createNodePool(capacity = 8): NodePool {
  return {
    count: 0,
    kind: new Uint8Array(capacity),
    column: new Int32Array(capacity),
    value: new Float64Array(capacity),
    left: new Int32Array(capacity),
    right: new Int32Array(capacity),
    depth: new Int32Array(capacity),
    passed: new Float64Array(capacity),
    fans: [],
  }
}

/** Appends a node that holds the leaf with this number. */
export function addNode(pool: NodePool, leaf: number, depth: number, weight: number): number {
  const node = pool.count++
  if (node === pool.kind.length) {
    const kind = new Uint8Array(2 * node)
    kind.set(pool.kind)
    pool.kind = kind
    pool.column = longer(pool.column, 2 * node)
    pool.value = longer(pool.value, 2 * node)
    pool.left = longer(pool.left, 2 * node)
    pool.right = longer(pool.right, 2 * node)
    pool.depth = longer(pool.depth, 2 * node)
    pool.passed = longer(pool.passed, 2 * node)
  }
  pool.kind[node] = LEAF
  pool.left[node] = leaf
  pool.depth[node] = depth
  pool.passed[node] = weight
  return node
}

export function addFan(pool: NodePool): Fan {
  const fan = { index: createCodeIndex(), children: new Int32Array(4) }
  pool.fans.push(fan)
  return fan
}

export function addFanChild(fan: Fan, position: number, node: number): void {
  if (position >= fan.children.length) fan.children = longer(fan.children, 2 * position)
  fan.children[position] = node
}

/** The children of a node in their order; none of a leaf. */
export function childrenOf({ kind, left, right, fans }: NodePool, node: number): Int32Array {
  if (kind[node] === LEAF) return NONE
  if (kind[node] !== FAN) return Int32Array.of(left[node], right[node])
  const { index, children } = fans[left[node]]
  return children.subarray(0, index.count)
}

/** Writes all that one node of `from` is over a node of `to`; a fan it has is not copied. */
export function copyNode(from: NodePool, node: number, to: NodePool, over: number): void {
  to.kind[over] = from.kind[node]
  to.column[over] = from.column[node]
  to.value[over] = from.value[node]
  to.left[over] = from.left[node]
  to.right[over] = from.right[node]
  to.depth[over] = from.depth[node]
  to.passed[over] = from.passed[node]
}

export function nodePoolBytes(pool: NodePool): number {
  let bytes = pool.kind.length * NODE_BYTES
  for (const { index, children } of pool.fans) bytes += codeIndexBytes(index) + children.byteLength
  return bytes
}

export function saveNodePool(pool: NodePool, out: StateWriter): void {
  const n = pool.count
  out.u32(n)
  out.bytes(pool.kind.subarray(0, n))
  out.i32s(pool.column.subarray(0, n))
  out.f64s(pool.value.subarray(0, n))
  out.i32s(pool.left.subarray(0, n))
  out.i32s(pool.right.subarray(0, n))
  out.i32s(pool.depth.subarray(0, n))
  out.f64s(pool.passed.subarray(0, n))
  out.u32(pool.fans.length)
  for (const { index, children } of pool.fans) {
    out.i32s(index.codes.subarray(0, index.count))
    out.i32s(children.subarray(0, index.count))
  }
}

export function loadNodePool(input: StateReader): NodePool {
  const n = input.u32()
  const pool: NodePool = {
    count: n,
    kind: input.bytes(n),
    column: input.i32s(n),
    value: input.f64s(n),
    left: input.i32s(n),
    right: input.i32s(n),
    depth: input.i32s(n),
    passed: input.f64s(n),
    fans: [],
  }
  const fans = input.u32()
  // Doubling no room gives no room.
  if (n === 0) return createNodePool()
  for (let i = 0; i < fans; i++) {
    const index = codeIndexOf(input.i32s())
    pool.fans.push({ index, children: input.i32s(index.count) })
  }
  return pool
}
