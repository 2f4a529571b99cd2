import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { createMean, type Mean } from './mean.ts'

/** Weighted running variance. */
export interface Variance {
  readonly mean: Readonly<Pick<Mean, 'n' | 'value'>>
  /** Sum of squared deviations from the mean. */
  readonly squares: number
  /** 0 until the weight exceeds `ddof`. */
  readonly value: number
  update(x: number, weight?: number): void
  revert(x: number, weight?: number): void
  merge(other: Variance): void
  /** Takes back a merge; as River, with the mean and the weight that remain. */
  unmerge(other: Variance): void
  save(out: StateWriter): void
}

/** Welford 1962; merging as Chan, Golub and LeVeque 1983. `ddof` is subtracted from the weight. */
export function createVariance(ddof = 1, mean: Mean = createMean(), squares = 0): Variance {
  return {
    mean,
    get squares() {
      return squares
    },
    get value() {
      return mean.n > ddof ? squares / (mean.n - ddof) : 0
    },
    update(x, weight = 1) {
      const before = mean.value
      mean.update(x, weight)
      squares += weight * (x - before) * (x - mean.value)
    },
    revert(x, weight = 1) {
      const before = mean.value
      mean.revert(x, weight)
      squares -= weight * (x - before) * (x - mean.value)
    },
    merge(other) {
      squares += other.squares + between(mean, other.mean)
      mean.merge(other.mean as Mean)
    },
    unmerge(other) {
      mean.unmerge(other.mean as Mean)
      squares -= other.squares + between(mean, other.mean)
    },
    save(out) {
      out.f64(ddof)
      mean.save(out)
      out.f64(squares)
    },
  }
}

export function loadVariance(input: StateReader): Variance {
  return createVariance(input.f64(), createMean(input.f64(), input.f64()), input.f64())
}

type Part = Pick<Mean, 'n' | 'value'>

function between(a: Part, b: Part): number {
  const n = a.n + b.n
  return n > 0 ? ((a.value - b.value) ** 2 * a.n * b.n) / n : 0
}
