import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { Statistic } from './statistic.ts'

/** NaN when empty. */
export interface Quantile extends Statistic {
  save(out: StateWriter): void
}

/** Running quantile in constant memory: P² (Jain and Chlamtac 1985), an order statistic up to the fifth value. */
export function createQuantile(q = 0.5, seen = 0, markers = fresh(q)): Quantile {
  const heights = markers.subarray(0, 5)
  /** Counted from one, as in the paper. */
  const positions = markers.subarray(5, 10)
  // Kept as sums, as River does: their rounding decides when a marker lags by a whole position.
  const wanted = markers.subarray(10, 15)
  const steps = Float64Array.of(0, q / 2, q, (1 + q) / 2, 1)

  function adjust(i: number): void {
    const lag = wanted[i] - positions[i]
    const up = lag >= 1 && positions[i + 1] - positions[i] > 1
    const down = lag <= -1 && positions[i - 1] - positions[i] < -1
    if (!up && !down) return
    const d = up ? 1 : -1
    const parabolic = parabola(heights, positions, i, d)
    const between = heights[i - 1] < parabolic && parabolic < heights[i + 1]
    heights[i] = between ? parabolic : line(heights, positions, i, d)
    positions[i] += d
  }

  return {
    get value() {
      if (seen === 0) return Number.NaN
      return seen > 5 ? heights[2] : heights[Math.min(seen - 1, Math.floor(seen * q))]
    },
    update(x) {
      if (seen < 5) {
        let at = seen
        for (; at > 0 && heights[at - 1] > x; at--) heights[at] = heights[at - 1]
        heights[at] = x
        positions[seen] = ++seen
        return
      }
      let cell = 0
      if (x < heights[0]) heights[0] = x
      else if (x >= heights[4]) {
        heights[4] = x
        cell = 3
      } else while (x >= heights[cell + 1]) cell++
      seen++
      for (let i = cell + 1; i < 5; i++) positions[i]++
      for (let i = 0; i < 5; i++) wanted[i] += steps[i]
      for (let i = 1; i < 4; i++) adjust(i)
    },
    save(out) {
      out.f64(q)
      out.f64(seen)
      out.f64s(markers)
    },
  }
}

export function loadQuantile(input: StateReader): Quantile {
  return createQuantile(input.f64(), input.f64(), input.f64s(15))
}

function fresh(q: number): Float64Array {
  const markers = new Float64Array(15)
  markers.set([1, 1 + 2 * q, 1 + 4 * q, 3 + 2 * q, 5], 10)
  return markers
}

function parabola(h: Float64Array, n: Float64Array, i: number, d: number): number {
  const right = ((n[i] - n[i - 1] + d) * (h[i + 1] - h[i])) / (n[i + 1] - n[i])
  const left = ((n[i + 1] - n[i] - d) * (h[i] - h[i - 1])) / (n[i] - n[i - 1])
  return h[i] + (d / (n[i + 1] - n[i - 1])) * (right + left)
}

function line(h: Float64Array, n: Float64Array, i: number, d: number): number {
  return h[i] + (d * (h[i + d] - h[i])) / (n[i + d] - n[i])
}
