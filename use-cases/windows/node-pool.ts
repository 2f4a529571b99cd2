import { grown } from './grown.ts'
import type { Numbers } from './column.ts'

/** Chains of nodes of `width` doubles in shared arrays: what an entity keeps costs memory only while it is there. */
export interface NodePool {
  readonly width: number
  /** Node `n` owns `values[n * width]` to `values[(n + 1) * width - 1]`. Replaced when the pool grows: read it again after `take`. */
  values: Float64Array<ArrayBuffer>
  /** The node after a node; -1 ends a chain. */
  next: Int32Array<ArrayBuffer>
  /** A node out of use; its values are whatever they were. */
  take(): number
  give(node: number): void
  save(): Numbers[]
  load(arrays: readonly ArrayBuffer[]): void
}

/** Arrays that a pool saves. */
export const POOL_ARRAYS = 3

const FIRST_NODES = 64

export function createNodePool(width: number): NodePool {
  let used = 0
  let free = -1
  const pool: NodePool = {
    width,
    values: new Float64Array(FIRST_NODES * width),
    next: new Int32Array(FIRST_NODES),
    take() {
      if (free >= 0) {
        const node = free
        free = pool.next[node] as number
        return node
      }
      if (used === pool.next.length) {
        pool.values = grown(pool.values, used * 2 * width)
        pool.next = grown(pool.next, used * 2)
      }
      return used++
    },
    give(node) {
      pool.next[node] = free
      free = node
    },
    save: () => [
      pool.values.subarray(0, used * width),
      pool.next.subarray(0, used),
      Int32Array.of(used, free),
    ],
    load([values, next, counts]) {
      const [savedUsed, savedFree] = new Int32Array(counts as ArrayBuffer)
      used = savedUsed as number
      free = savedFree as number
      pool.next = new Int32Array(next as ArrayBuffer)
      pool.values = new Float64Array(values as ArrayBuffer)
      if (pool.next.length < FIRST_NODES) {
        pool.next = grown(pool.next, FIRST_NODES)
        pool.values = grown(pool.values, FIRST_NODES * width)
      }
    },
  }
  return pool
}
