import { createRandom } from '#learn/math/random.ts'
import { nearShares } from './near-shares.ts'

interface Options {
  /** Row-major. */
  data: Float64Array
  width: number
  perplexity: number
  iterations: number
  seed: number
}

interface Layout {
  /** Row-major, two numbers a row. */
  points: Float64Array
  /** Kullback-Leibler divergence of the layout's neighbourhoods from those of the data, in nats. */
  klDivergence: number
}

/** As scikit-learn has them. */
const EXAGGERATION = 12
const LEAST_RATE = 50
const START = 1e-4
const LEAST_GAIN = 0.01
/** Share of the iterations in which attraction is exaggerated, so that groups form before they settle. */
const EARLY = 0.3

/**
 * Exact t-SNE in two dimensions (van der Maaten and Hinton 2008) by gradient descent with momentum and gains. All pairs are
 * looked at, O(iterations · rows²), which for the few rows that a chart can show is faster than any tree.
 */
export function tSne({ data, width, perplexity, iterations, seed }: Options): Layout {
  const rows = data.length / width
  const near = nearShares(data, width, perplexity)
  const kernel = new Float64Array(near.length)
  const random = createRandom(seed)
  const points = Float64Array.from({ length: 2 * rows }, () => START * random.normal())
  const gradient = new Float64Array(2 * rows)
  const step = new Float64Array(2 * rows)
  const gain = new Float64Array(2 * rows).fill(1)
  const rate = Math.max(LEAST_RATE, rows / EXAGGERATION / 4)
  const early = Math.ceil(EARLY * iterations)
  for (let iteration = 0; iteration < iterations; iteration++) {
    gradientOf(points, near, iteration < early ? EXAGGERATION : 1, kernel, gradient)
    const momentum = iteration < early ? 0.5 : 0.8
    for (let k = 0; k < points.length; k++) {
      const slope = gradient[k] as number
      const before = step[k] as number
      const grown =
        slope * before < 0 ? (gain[k] as number) + 0.2 : Math.max(LEAST_GAIN, 0.8 * (gain[k] as number))
      gain[k] = grown
      const next = momentum * before - rate * grown * slope
      step[k] = next
      points[k] = (points[k] as number) + next
    }
  }
  return { points, klDivergence: divergence(points, near, kernel) }
}

/** 4 Σ (p - q) (1 + distance²)⁻¹ (y - y') for every row. */
function gradientOf(
  points: Float64Array,
  near: Float64Array,
  exaggeration: number,
  kernel: Float64Array,
  out: Float64Array,
): void {
  const total = 2 * kernels(points, kernel)
  const rows = points.length / 2
  out.fill(0)
  for (let i = 0, pair = 0; i < rows; i++) {
    const x = points[2 * i] as number
    const y = points[2 * i + 1] as number
    let sumX = 0
    let sumY = 0
    for (let j = i + 1; j < rows; j++, pair++) {
      const weight = kernel[pair] as number
      const pull = 4 * (exaggeration * (near[pair] as number) - weight / total) * weight
      const dx = pull * (x - (points[2 * j] as number))
      const dy = pull * (y - (points[2 * j + 1] as number))
      sumX += dx
      sumY += dy
      out[2 * j] = (out[2 * j] as number) - dx
      out[2 * j + 1] = (out[2 * j + 1] as number) - dy
    }
    out[2 * i] = (out[2 * i] as number) + sumX
    out[2 * i + 1] = (out[2 * i + 1] as number) + sumY
  }
}

/** Student's t with one degree of freedom for each pair; their sum. */
function kernels(points: Float64Array, kernel: Float64Array): number {
  const rows = points.length / 2
  let sum = 0
  for (let i = 0, pair = 0; i < rows; i++) {
    const x = points[2 * i] as number
    const y = points[2 * i + 1] as number
    for (let j = i + 1; j < rows; j++, pair++) {
      const dx = x - (points[2 * j] as number)
      const dy = y - (points[2 * j + 1] as number)
      const weight = 1 / (1 + dx * dx + dy * dy)
      kernel[pair] = weight
      sum += weight
    }
  }
  return sum
}

function divergence(points: Float64Array, near: Float64Array, kernel: Float64Array): number {
  const total = 2 * kernels(points, kernel)
  let sum = 0
  near.forEach((p, pair) => {
    if (p > 0) sum += 2 * p * Math.log((p * total) / (kernel[pair] as number))
  })
  return sum
}
