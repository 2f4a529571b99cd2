import { grown } from './grown.ts'
import { createNodePool, POOL_ARRAYS } from './node-pool.ts'
import type { Addend, Tally } from './tally.ts'

/** Parts of a window: how finely old events leave it. */
const BUCKETS = 24

/** A clock that runs backwards must not make chains without end; one wrong date in the future costs one node. */
const LONGEST_CHAIN = 2 * BUCKETS

/**
 * Sums over a sliding window, in buckets of 1/24 of its length that begin at whole multiples of that on the clock of
 * events. The window of an event is the bucket of its time and the 23 before: it never reaches further back than its
 * length, and may leave out up to the oldest 1/24 of it. Buckets without events take no memory.
 */
export function createBucketTally(windowMs: number, addends: readonly Addend[]): Tally {
  const bucketMs = windowMs / BUCKETS
  const width = addends.length
  const totals = new Float64Array(width)
  // A node is the bucket's number and its sums; the chain of an entity begins with its newest bucket.
  const pool = createNodePool(1 + width)
  let heads = new Int32Array(0)
  // Per entity: the newest bucket when the sums of all older ones in its window were added up, and these sums. They
  // follow from the chain, so they are not saved.
  let closedFor = new Float64Array(0)
  let closed = new Float64Array(0)

  function insert(bucket: number, before: number, after: number, slot: number): number {
    const node = pool.take()
    const at = node * pool.width
    pool.values[at] = bucket
    pool.values.fill(0, at + 1, at + pool.width)
    pool.next[node] = after
    if (before < 0) heads[slot] = node
    else pool.next[before] = node
    return node
  }

  function dropAfter(node: number): void {
    let dropped = pool.next[node] as number
    pool.next[node] = -1
    while (dropped >= 0) {
      const next = pool.next[dropped] as number
      pool.give(dropped)
      dropped = next
    }
  }

  /** Forgets what is too old to be seen from a bucket. */
  function expire(newest: number, oldest: number): void {
    let node = newest
    for (;;) {
      const next = pool.next[node] as number
      if (next < 0) return
      if ((pool.values[next * pool.width] as number) < oldest) return dropAfter(node)
      node = next
    }
  }

  /** The node of a bucket, made if it is not there; -1 for an event later than its entity's window can hold. */
  function nodeOf(slot: number, bucket: number): number {
    let before = -1
    let node = heads[slot] as number
    for (let passed = 0; passed < LONGEST_CHAIN; passed++) {
      const found = node < 0 ? -Infinity : (pool.values[node * pool.width] as number)
      if (found === bucket) return node
      if (found < bucket) {
        const made = insert(bucket, before, node, slot)
        expire(made, bucket - BUCKETS + 1)
        return made
      }
      before = node
      node = pool.next[node] as number
    }
    return -1
  }

  /** Sums of the buckets from `newest` back to `oldest`; an event that comes late does not see what happened after it. */
  function addUp(head: number, newest: number, oldest: number): void {
    totals.fill(0)
    const { values, next } = pool
    for (let node = head; node >= 0; node = next[node] as number) {
      const at = node * (width + 1)
      const bucket = values[at] as number
      if (bucket > newest) continue
      if (bucket < oldest) return
      for (let i = 0; i < width; i++) totals[i] = (totals[i] as number) + (values[at + 1 + i] as number)
    }
  }

  function growClosed(slots: number): void {
    const from = closedFor.length
    closedFor = grown(closedFor, slots)
    closedFor.fill(NaN, from)
    closed = grown(closed, slots * width)
  }

  return {
    totals,
    arrays: 1 + POOL_ARRAYS,
    grow(slots) {
      const from = heads.length
      heads = grown(heads, slots)
      heads.fill(-1, from)
      growClosed(slots)
    },
    clear(slot) {
      const head = heads[slot] as number
      if (head < 0) return
      dropAfter(head)
      pool.give(head)
      heads[slot] = -1
      closedFor[slot] = NaN
    },
    read(slot, timeMs) {
      const head = slot < 0 ? -1 : (heads[slot] as number)
      if (head < 0) {
        totals.fill(0)
        return
      }
      const bucket = Math.floor(timeMs / bucketMs)
      const isNewest = pool.values[head * pool.width] === bucket
      if (isNewest && closedFor[slot] === bucket) {
        for (let i = 0; i < width; i++) totals[i] = closed[slot * width + i] as number
      } else {
        addUp(head, isNewest ? bucket - 1 : bucket, bucket - BUCKETS + 1)
        if (!isNewest) return
        closed.set(totals, slot * width)
        closedFor[slot] = bucket
      }
      for (let i = 0, at = head * pool.width + 1; i < width; i++, at++) {
        totals[i] = (totals[i] as number) + (pool.values[at] as number)
      }
    },
    add(slot, event, timeMs) {
      const node = nodeOf(slot, Math.floor(timeMs / bucketMs))
      if (node < 0) return
      const { values } = pool
      if (node !== heads[slot]) closedFor[slot] = NaN
      for (let i = 0, at = node * (width + 1) + 1; i < width; i++, at++) {
        values[at] = (values[at] as number) + (addends[i] as Addend)(event, timeMs)
      }
    },
    save: slots => [heads.subarray(0, slots), ...pool.save()],
    load([saved, ...rest]) {
      heads = new Int32Array(saved as ArrayBuffer)
      growClosed(heads.length)
      pool.load(rest)
    },
  }
}
