import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { Statistic } from './statistic.ts'

/** Exponentially weighted variance with the mean it is about. */
export interface EwVariance extends Statistic {
  /** Exponentially weighted mean, 0 when empty; the first value counts in full. */
  readonly mean: number
  save(out: StateWriter): void
}

/** `fading` is the weight of the newest value. Finch 2009, the stable form of E[x²] - E[x]². */
export function createEwVariance(fading = 0.5, started = false, mean = 0, value = 0): EwVariance {
  return {
    get mean() {
      return mean
    },
    get value() {
      return value
    },
    update(x) {
      const delta = x - mean
      const step = started ? fading * delta : delta
      value = started ? (1 - fading) * (value + delta * step) : 0
      mean += step
      started = true
    },
    save(out) {
      out.f64(fading)
      out.bool(started)
      out.f64(mean)
      out.f64(value)
    },
  }
}

export function loadEwVariance(input: StateReader): EwVariance {
  return createEwVariance(input.f64(), input.bool(), input.f64(), input.f64())
}
