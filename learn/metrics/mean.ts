import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** The mean of a stream of numbers, over everything or a window. */
export interface Mean {
  /** Numbers behind the mean. */
  n(): number
  /** 0 while there is none. */
  get(): number
  /** `timeMs` is event time; only windows in time look at it. */
  add(value: number, timeMs: number): void
  save(out: StateWriter): void
}

/** Mean of everything, updated as m += (x - m) / n. */
export function createMean(input?: StateReader): Mean {
  let n = input ? input.f64() : 0
  let mean = input ? input.f64() : 0
  return {
    n: () => n,
    get: () => mean,
    add(value) {
      n += 1
      mean += (value - mean) / n
    },
    save(out) {
      out.f64(n)
      out.f64(mean)
    },
  }
}
