import { createRandom } from '../../math/random.ts'
import { normalQuantile } from './normal-quantile.ts'
import { sortedCopy } from './sorted-copy.ts'

/** The approximation of Royston was fitted up to here. */
const SHAPIRO_ROWS = 5000

/**
 * Shapiro and Wilk's W of the finite values: 1 for a normal sample, less for any other. Royston 1995, algorithm AS R94. Larger samples
 * are drawn down to 5,000 by `seed`. Null for fewer than three values and for a constant.
 */
export function shapiroWilk(values: ArrayLike<number>, { seed = 42 }: { seed?: number } = {}): number | null {
  const sorted = sortedCopy(draw(values, seed))
  const size = sorted.length
  if (size < 3) return null
  const range = sorted[size - 1] - sorted[0]
  if (!(range > 1e-19 * Math.max(1, Math.abs(sorted[0])))) return null
  const weights = royston(size)
  const half = weights.length
  let mean = 0
  for (let i = 0; i < size; i++) mean += (sorted[i] / range - mean) / (i + 1)
  let squares = 0
  let spread = 0
  let product = 0
  for (let i = 0; i < size; i++) {
    const weight = i < half ? -weights[i] : i >= size - half ? weights[size - 1 - i] : 0
    const value = sorted[i] / range - mean
    squares += weight * weight
    spread += value * value
    product += weight * value
  }
  // 1 - W as a product, which does not cancel where W is close to 1.
  const scale = Math.sqrt(squares * spread)
  return 1 - ((scale - product) * (scale + product)) / (squares * spread)
}

/** The positive weights, of the largest value first; those of the smallest are their negatives. */
function royston(size: number): Float64Array {
  const half = size >> 1
  if (size === 3) return Float64Array.of(Math.SQRT1_2)
  const expected = new Float64Array(half)
  let squares = 0
  for (let i = 0; i < half; i++) {
    expected[i] = -normalQuantile((i + 1 - 0.375) / (size + 0.25))
    squares += 2 * expected[i] ** 2
  }
  const root = Math.sqrt(squares)
  const u = 1 / Math.sqrt(size)
  const weights = new Float64Array(half)
  weights[0] = expected[0] / root + polynomial(FIRST, u)
  let fixed = 1
  let factor = (squares - 2 * expected[0] ** 2) / (1 - 2 * weights[0] ** 2)
  if (size > 5) {
    weights[1] = expected[1] / root + polynomial(SECOND, u)
    fixed = 2
    factor =
      (squares - 2 * expected[0] ** 2 - 2 * expected[1] ** 2) /
      (1 - 2 * weights[0] ** 2 - 2 * weights[1] ** 2)
  }
  for (let i = fixed; i < half; i++) weights[i] = expected[i] / Math.sqrt(factor)
  return weights
}

const FIRST = [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056]
const SECOND = [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633]

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((value, coefficient) => value * x + coefficient, 0)
}

function draw(values: ArrayLike<number>, seed: number): ArrayLike<number> {
  if (values.length <= SHAPIRO_ROWS) return values
  const random = createRandom(seed)
  const pool = Float64Array.from(values)
  for (let i = 0; i < SHAPIRO_ROWS; i++) {
    const other = i + random.below(pool.length - i)
    const value = pool[other]
    pool[other] = pool[i]
    pool[i] = value
  }
  return pool.subarray(0, SHAPIRO_ROWS)
}
