import { grown } from './grown.ts'
import type { Addend, Tally } from './tally.ts'

/** Sums since an entity was first seen. */
export function createLifetimeTally(addends: readonly Addend[]): Tally {
  const width = addends.length
  const totals = new Float64Array(width)
  let sums = new Float64Array(0)
  return {
    totals,
    arrays: 1,
    grow(slots) {
      sums = grown(sums, slots * width)
    },
    clear(slot) {
      sums.fill(0, slot * width, (slot + 1) * width)
    },
    read(slot) {
      for (let i = 0; i < width; i++) totals[i] = slot < 0 ? 0 : (sums[slot * width + i] as number)
    },
    add(slot, event, timeMs) {
      for (let i = 0; i < width; i++) {
        sums[slot * width + i] = (sums[slot * width + i] as number) + (addends[i] as Addend)(event, timeMs)
      }
    },
    save: slots => [sums.subarray(0, slots * width)],
    load([saved]) {
      sums = new Float64Array(saved as ArrayBuffer)
    },
  }
}
