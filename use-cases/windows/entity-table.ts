import type { JsonEvent } from '../generator.ts'
import type { Column, Numbers } from './column.ts'
import { createKeyTable, KEY_TABLE_ARRAYS } from './key-table.ts'
import { grown } from './grown.ts'

export interface WindowLimits {
  /** Entities held per key; beyond, the one whose last event came longest ago is forgotten. */
  maxEntities: number
  /** Milliseconds of event time after which an entity without events is forgotten. */
  ttlMs: number
}

/** The entities of one key with everything that its windows keep of them. */
export interface EntityTable {
  readonly size: number
  /** Prepares the columns for an entity as of `timeMs`; false, and nothing prepared, if it is not held. Changes no state. */
  read(key: string, timeMs: number): boolean
  add(key: string, event: JsonEvent, timeMs: number): void
  /** The whole state, as views. */
  save(): Numbers[]
  load(arrays: readonly ArrayBuffer[]): void
  /** Arrays that `save` gives. */
  readonly arrays: number
}

/** Entities forgotten at most per event for their age: a wrong date must not cost all of them. */
const EXPIRED_AT_ONCE = 2

export function createEntityTable(
  columns: readonly Column[],
  { maxEntities, ttlMs }: WindowLimits,
): EntityTable {
  const keys = createKeyTable()
  let room = 0
  // Event time of the event that came last.
  let lastMs = new Float64Array(0)

  const isExpired = (slot: number, timeMs: number) => timeMs - (lastMs[slot] as number) > ttlMs

  function forget(slot: number): void {
    for (const column of columns) column.clear(slot)
    keys.free(slot)
  }

  function forgetExpired(timeMs: number): void {
    for (let times = 0; times < EXPIRED_AT_ONCE; times++) {
      const slot = keys.oldest()
      if (slot < 0 || !isExpired(slot, timeMs)) return
      forget(slot)
    }
  }

  function claim(key: string): number {
    if (keys.size >= maxEntities) forget(keys.oldest())
    const slot = keys.claim(key)
    if (slot >= room) {
      room = Math.max(FIRST_ROOM, room * 2)
      lastMs = grown(lastMs, room)
      for (const column of columns) column.grow(room)
    }
    return slot
  }

  return {
    get size() {
      return keys.size
    },
    arrays: KEY_TABLE_ARRAYS + 1 + columns.reduce((sum, { arrays }) => sum + arrays, 0),
    read(key, timeMs) {
      const slot = keys.find(key)
      if (slot < 0 || isExpired(slot, timeMs)) return false
      for (let i = 0; i < columns.length; i++) (columns[i] as Column).read(slot, timeMs)
      return true
    },
    add(key, event, timeMs) {
      forgetExpired(timeMs)
      let slot = keys.find(key)
      if (slot < 0) slot = claim(key)
      else {
        if (isExpired(slot, timeMs)) for (const column of columns) column.clear(slot)
        keys.touch(slot)
      }
      lastMs[slot] = timeMs
      for (let i = 0; i < columns.length; i++) (columns[i] as Column).add(slot, event, timeMs)
    },
    save() {
      const { slots } = keys
      return [...keys.save(), lastMs.subarray(0, slots), ...columns.flatMap(column => column.save(slots))]
    },
    load(arrays) {
      keys.load(arrays.slice(0, KEY_TABLE_ARRAYS))
      let at = KEY_TABLE_ARRAYS
      lastMs = new Float64Array(arrays[at++] as ArrayBuffer)
      for (const column of columns) {
        column.load(arrays.slice(at, at + column.arrays))
        at += column.arrays
      }
      room = keys.slots
    },
  }
}

const FIRST_ROOM = 64
