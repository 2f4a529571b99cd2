import type { Numbers } from './column.ts'
import { grown } from './grown.ts'
import { hashText } from './text-hash.ts'

/** Which slot belongs to which key, and in what order they were touched. */
export interface KeyTable {
  /** Keys held. */
  readonly size: number
  /** Slots that were ever in use: all slots are below. */
  readonly slots: number
  /** The slot of a key, or -1. */
  find(key: string): number
  /** The slot of a key that is not held, touched last. There must be room: see `oldest` and `free`. */
  claim(key: string): number
  /** Makes a slot the one touched last. */
  touch(slot: number): void
  /** The slot touched longest ago, or -1. */
  oldest(): number
  free(slot: number): void
  save(): Numbers[]
  load(arrays: readonly ArrayBuffer[]): void
}

/** Arrays that a table saves. */
export const KEY_TABLE_ARRAYS = 4

const FIRST_SLOTS = 64

/**
 * An open-addressing table of 64-bit hashes over slots in a list by age: about 30 bytes a key, whatever its length. Two
 * keys collide with probability below 3e-11 among 32,768.
 */
export function createKeyTable(): KeyTable {
  const hash = new Uint32Array(2)
  // An event's key is looked up before and after its prediction: hashed and probed once.
  let hashed: string | undefined
  let found = -1
  let hashes = new Uint32Array(FIRST_SLOTS * 2)
  let older = new Int32Array(FIRST_SLOTS)
  let newer = new Int32Array(FIRST_SLOTS)
  let slots = 0
  let size = 0
  let oldest = -1
  let newest = -1
  // Free slots are linked through `newer`.
  let free = -1
  // 0 is empty, otherwise 1 + the slot; at most half full, so probes stay short.
  let table = new Uint32Array(FIRST_SLOTS * 4)

  function probe(key: string): number {
    hashText(key, hash)
    const [low, high] = [hash[0] as number, hash[1] as number]
    const mask = table.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const slot = (table[at] as number) - 1
      if (slot < 0 || (hashes[slot * 2] === low && hashes[slot * 2 + 1] === high)) return slot
    }
  }

  function place(slot: number): void {
    const mask = table.length - 1
    let at = (hashes[slot * 2] as number) & mask
    while (table[at] !== 0) at = (at + 1) & mask
    table[at] = slot + 1
  }

  function rebuild(length: number): void {
    table = new Uint32Array(length)
    for (let slot = oldest; slot >= 0; slot = newer[slot] as number) place(slot)
  }

  // Backward-shift deletion (Knuth, TAOCP 3, 6.4 algorithm R): no tombstones, so the table never degrades.
  function displace(slot: number): void {
    const mask = table.length - 1
    let hole = (hashes[slot * 2] as number) & mask
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = (hashes[((table[at] as number) - 1) * 2] as number) & mask
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at] as number
        hole = at
      }
    }
    table[hole] = 0
  }

  function unlink(slot: number): void {
    const before = older[slot] as number
    const after = newer[slot] as number
    if (before < 0) oldest = after
    else newer[before] = after
    if (after < 0) newest = before
    else older[after] = before
  }

  function append(slot: number): void {
    older[slot] = newest
    newer[slot] = -1
    if (newest < 0) oldest = slot
    else newer[newest] = slot
    newest = slot
  }

  function unused(): number {
    if (free >= 0) {
      const slot = free
      free = newer[slot] as number
      return slot
    }
    if (slots === older.length) {
      hashes = grown(hashes, slots * 4)
      older = grown(older, slots * 2)
      newer = grown(newer, slots * 2)
    }
    return slots++
  }

  return {
    get size() {
      return size
    },
    get slots() {
      return slots
    },
    find(key) {
      if (key !== hashed) {
        found = probe(key)
        hashed = key
      }
      return found
    },
    claim(key) {
      hashText(key, hash)
      const slot = unused()
      hashes[slot * 2] = hash[0] as number
      hashes[slot * 2 + 1] = hash[1] as number
      append(slot)
      size++
      hashed = key
      found = slot
      if (size * 2 > table.length) rebuild(table.length * 2)
      else place(slot)
      return slot
    },
    touch(slot) {
      if (slot === newest) return
      unlink(slot)
      append(slot)
    },
    oldest: () => oldest,
    free(slot) {
      hashed = undefined
      displace(slot)
      unlink(slot)
      newer[slot] = free
      free = slot
      size--
    },
    save: () => [
      hashes.subarray(0, slots * 2),
      older.subarray(0, slots),
      newer.subarray(0, slots),
      Int32Array.of(slots, size, oldest, newest, free),
    ],
    load([savedHashes, savedOlder, savedNewer, counts]) {
      ;[slots = 0, size = 0, oldest = -1, newest = -1, free = -1] = new Int32Array(counts as ArrayBuffer)
      const length = Math.max(FIRST_SLOTS, slots)
      hashes = grown(new Uint32Array(savedHashes as ArrayBuffer), length * 2)
      older = grown(new Int32Array(savedOlder as ArrayBuffer), length)
      newer = grown(new Int32Array(savedNewer as ArrayBuffer), length)
      hashed = undefined
      let needed = FIRST_SLOTS * 4
      while (size * 2 > needed) needed *= 2
      rebuild(needed)
    },
  }
}
