import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Smallest and largest value of each column, for scaling to 0..1. */
export interface MinMaxScaler {
  /** Counts a value of column i; one that is not finite is ignored. */
  learn(i: number, value: number): void
  /** 0 at the smallest value seen, 1 at the largest; 0 as long as the column has not varied. Not clamped. */
  scale(i: number, value: number): number
  save(out: StateWriter): void
}

export function createMinMaxScaler(width: number, input?: StateReader): MinMaxScaler {
  const lowest = input ? input.f64s(width) : new Float64Array(width).fill(Infinity)
  const highest = input ? input.f64s(width) : new Float64Array(width).fill(-Infinity)
  return {
    learn(i, value) {
      if (!Number.isFinite(value)) return
      if (value < lowest[i]) lowest[i] = value
      if (value > highest[i]) highest[i] = value
    },
    scale(i, value) {
      const range = highest[i] - lowest[i]
      return range > 0 ? (value - lowest[i]) / range : 0
    },
    save(out) {
      out.f64s(lowest)
      out.f64s(highest)
    },
  }
}
