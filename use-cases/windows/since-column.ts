import type { Column } from './column.ts'
import type { SinceLastWindow } from './entity-window.ts'
import { grown } from './grown.ts'

export interface SinceColumn extends Column {
  /** Seconds since the last event of the entity that was read last; NaN where there was none within the window. */
  readonly seconds: number
}

/** When the event was that came last. An event that comes late is 0 seconds after one that happened later. */
export function createSinceColumn({ where, windowMs }: SinceLastWindow): SinceColumn {
  const lengthMs = windowMs === 'forever' ? Infinity : windowMs
  let times = new Float64Array(0)
  let seconds = NaN
  return {
    get seconds() {
      return seconds
    },
    arrays: 1,
    grow(slots) {
      const from = times.length
      times = grown(times, slots)
      times.fill(-Infinity, from)
    },
    clear(slot) {
      times[slot] = -Infinity
    },
    read(slot, timeMs) {
      const agoMs = slot < 0 ? Infinity : timeMs - (times[slot] as number)
      seconds = agoMs < lengthMs ? Math.max(0, agoMs) / 1000 : NaN
    },
    add(slot, event, timeMs) {
      if (!where || where(event)) times[slot] = timeMs
    },
    save: slots => [times.subarray(0, slots)],
    load([saved]) {
      times = new Float64Array(saved as ArrayBuffer)
    },
  }
}
