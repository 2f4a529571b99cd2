import { fnv1a64 } from '#learn/math/fnv1a64.ts'
import { mix32 } from '#learn/math/mix32.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'

export interface RecentIds {
  /** Remembers an id; false if it was among the last `capacity` ids already. */
  add(id: string): boolean
  has(id: string): boolean
  readonly size: number
  save(out: StateWriter): void
}

const DEFAULT_CAPACITY = 1_000_000
const INITIAL_SLOTS = 4096

/**
 * Remembers the last `capacity` ids by a 64-bit hash (two independent 32-bit halves): a ring in order of arrival and an
 * open-addressing table over it. 16 bytes an id; two different ids collide with probability below 3e-8 over a million.
 */
export function createRecentIds({ capacity = DEFAULT_CAPACITY }: { capacity?: number } = {}): RecentIds {
  return build(capacity, [])
}

export function loadRecentIds(input: StateReader): RecentIds {
  const capacity = input.f64()
  const hashes = input.u32s()
  return build(capacity, hashes)
}

function build(capacity: number, initial: ArrayLike<number>): RecentIds {
  const hash = new Uint32Array(2)
  let ring = new Uint32Array(Math.max(INITIAL_SLOTS, initial.length))
  let head = 0
  let count = 0
  // Slot value 0 is empty, otherwise 1 + the ring index of the entry; at most half full, so probes stay short.
  let table = new Uint32Array(INITIAL_SLOTS * 2)
  let mask = table.length - 1

  for (let i = 0; i < initial.length; i += 2) insert(initial[i] as number, initial[i + 1] as number)

  function ringCapacity(): number {
    return ring.length >>> 1
  }

  function find(low: number, high: number): number {
    let slot = low & mask
    for (;;) {
      const entry = table[slot] as number
      if (entry === 0) return -1
      const at = (entry - 1) * 2
      if (ring[at] === low && ring[at + 1] === high) return slot
      slot = (slot + 1) & mask
    }
  }

  function insert(low: number, high: number): void {
    if (count === capacity) evictOldest()
    if (count === ringCapacity()) growRing()
    if ((count + 1) * 2 > table.length) rebuildTable(table.length * 2)
    const index = (head + count) % ringCapacity()
    ring[index * 2] = low
    ring[index * 2 + 1] = high
    count++
    place(low, index)
  }

  function place(low: number, index: number): void {
    let slot = low & mask
    while (table[slot] !== 0) slot = (slot + 1) & mask
    table[slot] = index + 1
  }

  function evictOldest(): void {
    const slot = find(ring[head * 2] as number, ring[head * 2 + 1] as number)
    if (slot >= 0) removeSlot(slot)
    head = (head + 1) % ringCapacity()
    count--
  }

  // Backward-shift deletion (Knuth, TAOCP 3, 6.4 algorithm R): no tombstones, so the table never degrades.
  function removeSlot(start: number): void {
    let hole = start
    let slot = start
    for (;;) {
      slot = (slot + 1) & mask
      const entry = table[slot] as number
      if (entry === 0) break
      const home = (ring[(entry - 1) * 2] as number) & mask
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        table[hole] = entry
        hole = slot
      }
    }
    table[hole] = 0
  }

  function growRing(): void {
    const slots = Math.min(capacity, ringCapacity() * 2)
    ring = entries(new Uint32Array(slots * 2))
    head = 0
    rebuildTable(table.length)
  }

  function rebuildTable(slots: number): void {
    table = new Uint32Array(slots)
    mask = slots - 1
    const size = ringCapacity()
    for (let i = 0; i < count; i++) {
      const index = (head + i) % size
      place(ring[index * 2] as number, index)
    }
  }

  function entries(target: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    const size = ringCapacity()
    for (let i = 0; i < count; i++) {
      const index = (head + i) % size
      target[i * 2] = ring[index * 2] as number
      target[i * 2 + 1] = ring[index * 2 + 1] as number
    }
    return target
  }

  return {
    get size() {
      return count
    },
    has(id) {
      hash64(id, hash)
      return find(hash[0] as number, hash[1] as number) >= 0
    },
    add(id) {
      hash64(id, hash)
      const low = hash[0] as number
      const high = hash[1] as number
      if (find(low, high) >= 0) return false
      insert(low, high)
      return true
    },
    save(out) {
      out.f64(capacity)
      out.u32s(entries(new Uint32Array(count * 2)))
    },
  }
}

/** Both halves finished by a mixer, since the table takes its slots from the low bits. */
function hash64(text: string, out: Uint32Array): void {
  fnv1a64(text, out)
  out[0] = mix32(out[0] as number)
  out[1] = mix32((out[1] as number) ^ text.length)
}
