import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** Weighted running mean. */
export interface Mean {
  /** Sum of weights. */
  readonly n: number
  /** 0 when empty. */
  readonly value: number
  update(x: number, weight?: number): void
  /** Takes back an update, exactly but for rounding. */
  revert(x: number, weight?: number): void
  merge(other: Mean): void
  unmerge(other: Mean): void
  save(out: StateWriter): void
}

export function createMean(n = 0, value = 0): Mean {
  return {
    get n() {
      return n
    },
    get value() {
      return value
    },
    update(x, weight = 1) {
      n += weight
      if (n > 0) value += (weight / n) * (x - value)
    },
    revert(x, weight = 1) {
      n -= weight
      if (n > 0) value -= (weight / n) * (x - value)
      else n = value = 0
    },
    merge(other) {
      const total = n + other.n
      if (total > 0) value = (n * value + other.n * other.value) / total
      n = total
    },
    unmerge(other) {
      const rest = n - other.n
      value = rest > 0 ? (n * value - other.n * other.value) / rest : 0
      n = Math.max(0, rest)
    },
    save(out) {
      out.f64(n)
      out.f64(value)
    },
  }
}

export function loadMean(input: StateReader): Mean {
  return createMean(input.f64(), input.f64())
}
