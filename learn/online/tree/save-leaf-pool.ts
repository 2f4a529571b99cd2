import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { CELL, createLeafPool, type LeafPool, SCALARS } from './leaf-pool.ts'
import { loadNominalCounts, saveNominalCounts } from './nominal-counts.ts'

/** Writes what is in use; free numbers too, since they decide which are taken next. */
export function saveLeafPool(pool: LeafPool, out: StateWriter): void {
  const { classes, count, blocks, slots } = pool
  out.u32(classes)
  out.u32(count)
  out.u32(blocks)
  out.f64s(pool.weights.subarray(0, count * classes))
  out.i32s(pool.order.subarray(0, count * classes))
  out.i32s(pool.seen.subarray(0, count))
  out.f64s(pool.scalars.subarray(0, count * SCALARS))
  out.i32s(pool.block.subarray(0, count))
  out.i32s(pool.drawn.subarray(0, count * slots))
  out.i32s(pool.drawnCount.subarray(0, count))
  out.i32s(Int32Array.from(pool.free))
  out.i32s(Int32Array.from(pool.freeBlocks))
  out.f64s(pool.cells.subarray(0, blocks * slots * classes * CELL))
  out.i32s(pool.slotCount.subarray(0, blocks))
  out.i32s(pool.slotColumn.subarray(0, blocks * slots))
  out.u32(pool.nominal.filter(counts => counts).length)
  pool.nominal.forEach((counts, slot) => {
    if (!counts) return
    out.u32(slot)
    saveNominalCounts(counts, out)
  })
  out.u32(pool.disabled.size)
  for (const [leaf, columns] of pool.disabled) {
    out.u32(leaf)
    out.i32s(Int32Array.from(columns))
  }
}

export function loadLeafPool(input: StateReader, columns: number, slots: number): LeafPool {
  const classes = input.u32()
  const count = input.u32()
  const blocks = input.u32()
  const pool: LeafPool = {
    ...createLeafPool(columns, slots, classes),
    count,
    blocks,
    weights: input.f64s(count * classes),
    order: input.i32s(count * classes),
    seen: input.i32s(count),
    scalars: input.f64s(count * SCALARS),
    block: input.i32s(count),
    drawn: input.i32s(count * slots),
    drawnCount: input.i32s(count),
    free: [...input.i32s()],
    freeBlocks: [...input.i32s()],
    cells: input.f64s(blocks * slots * classes * CELL),
    slotCount: input.i32s(blocks),
    slotColumn: input.i32s(blocks * slots),
  }
  pool.nominal = Array.from({ length: blocks * slots }, () => null)
  for (let left = input.u32(); left > 0; left--) {
    const slot = input.u32()
    if (slot >= blocks * slots) throw corrupt(`slot ${slot}`, `fewer than ${blocks * slots}`)
    pool.nominal[slot] = loadNominalCounts(input, classes)
  }
  for (let left = input.u32(); left > 0; left--) pool.disabled.set(input.u32(), new Set(input.i32s()))
  checkWithin('class', pool.order, classes)
  checkWithin('block', pool.block, blocks, -1)
  checkWithin('column', pool.slotColumn, columns)
  checkWithin('column', pool.drawn, columns)
  return pool
}

function checkWithin(what: string, values: Int32Array, bound: number, from = 0): void {
  for (const value of values)
    if (value < from || value >= Math.max(bound, 1))
      throw corrupt(`${what} ${value}`, `from ${from} below ${bound}`)
}

function corrupt(found: string, wanted: string): Error {
  return codedError('CHECKPOINT_CORRUPT', `The checkpoint is corrupt: a leaf has ${found}, wanted ${wanted}.`)
}
