import type { Column } from './column.ts'
import type { ModeWindow } from './entity-window.ts'
import { grown } from './grown.ts'
import { createNodePool, POOL_ARRAYS } from './node-pool.ts'

/** So many values are counted exactly. */
const MODE_BOUND = 32

export interface ModeColumn extends Column {
  /** Most frequent value of the entity that was read last; NaN before the first. */
  readonly mode: number
}

/**
 * The most frequent value per entity: exact up to `MODE_BOUND` distinct values; beyond that a new value takes the place
 * and the count of the least frequent one (space-saving; Metwally, Agrawal, El Abbadi, ICDT 2005).
 */
export function createModeColumn(of: ModeWindow['of']): ModeColumn {
  // A node is a value and its count.
  const pool = createNodePool(2)
  let heads = new Int32Array(0)
  let mode = NaN

  function count(slot: number, value: number): void {
    const { values, next } = pool
    let least = -1
    let held = 0
    for (let node = heads[slot] as number; node >= 0; node = next[node] as number, held++) {
      const frequency = values[node * 2 + 1] as number
      if (values[node * 2] === value) {
        values[node * 2 + 1] = frequency + 1
        return
      }
      if (least < 0 || frequency < (values[least * 2 + 1] as number)) least = node
    }
    if (held < MODE_BOUND) {
      const node = pool.take()
      pool.values[node * 2] = value
      pool.values[node * 2 + 1] = 1
      pool.next[node] = heads[slot] as number
      heads[slot] = node
      return
    }
    values[least * 2] = value
    values[least * 2 + 1] = (values[least * 2 + 1] as number) + 1
  }

  return {
    get mode() {
      return mode
    },
    arrays: 1 + POOL_ARRAYS,
    grow(slots) {
      const from = heads.length
      heads = grown(heads, slots)
      heads.fill(-1, from)
    },
    clear(slot) {
      for (let node = heads[slot] as number; node >= 0; ) {
        const after = pool.next[node] as number
        pool.give(node)
        node = after
      }
      heads[slot] = -1
    },
    read(slot) {
      mode = NaN
      if (slot < 0) return
      const { values, next } = pool
      let most = 0
      for (let node = heads[slot] as number; node >= 0; node = next[node] as number) {
        const value = values[node * 2] as number
        const frequency = values[node * 2 + 1] as number
        if (frequency < most || (frequency === most && value > mode)) continue
        mode = value
        most = frequency
      }
    },
    add(slot, event, timeMs) {
      const value = of(event, timeMs)
      if (value !== null && Number.isFinite(value)) count(slot, value)
    },
    save: slots => [heads.subarray(0, slots), ...pool.save()],
    load([saved, ...rest]) {
      heads = new Int32Array(saved as ArrayBuffer)
      pool.load(rest)
    },
  }
}
