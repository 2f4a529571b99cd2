import { blockBootstrap } from './block-bootstrap.ts'
import { BlockSums } from './block-sums.ts'
import { ExactSum } from './exact-sum.ts'
import type { Metric, RegressionObservation } from './metric.ts'
import type { SavedState } from './saved-state.ts'

/** Standard deviations from the mean at which squared distances from the origin are no longer precise. */
const FAR = 1e5

/**
 * Coefficient of determination, 1 - SSE / SST; SST by Welford's recurrence, after a correction anew from exact sums. 0 below two
 * labels or without spread.
 */
export function createR2(from?: SavedState): Metric<RegressionObservation> {
  const input = from?.input
  let n = input ? input.f64() : 0
  let mean = input ? input.f64() : 0
  let spread = input ? input.f64() : 0
  let errors = input ? input.f64() : 0
  const saved = from?.version === 2 ? from.input : undefined
  const labels = new ExactSum(saved, n * mean)
  const squares = new ExactSum(saved, spread + n * mean * mean)
  const squaredErrors = new ExactSum(saved, errors)
  /** Labels are taken from here in the blocks, so that their squares stay small. */
  let origin = saved ? saved.f64() : n > 0 ? mean : Number.NaN
  const blocks = new BlockSums(4, from)
  const defined = () => n >= 2 && spread > 0

  function count({ label, score, seq = n }: RegressionObservation, sign: 1 | -1): boolean {
    const error = label - score
    const squaredError = error * error
    if (!(squaredError + label * label < Infinity)) return false
    if (origin !== origin) origin = label
    labels.add(sign * label)
    squares.addSquare(label, sign)
    squaredErrors.add(sign * squaredError)
    const at = blocks.at(seq)
    blocks.cells[at] += sign
    blocks.cells[at + 1] += sign * (label - origin)
    blocks.cells[at + 2] += sign * (label - origin) * (label - origin)
    blocks.cells[at + 3] += sign * squaredError
    return true
  }

  return {
    n: () => n,
    defined,
    value: () => (defined() ? 1 - errors / spread : 0),
    interval() {
      // An origin that was no label after all has left too little of the squares.
      if (!defined() || Math.abs(origin - mean) > FAR * Math.sqrt(spread / n)) return null
      return blockBootstrap(
        blocks.cells,
        4,
        ([count, sum, squared, error]) => 1 - error / (squared - (sum * sum) / count),
      )
    },
    update(observation) {
      if (!count(observation, 1)) return
      const { label, score } = observation
      const error = label - score
      n += 1
      const before = label - mean
      mean += before / n
      spread += before * (label - mean)
      errors += error * error
    },
    correct(before, after) {
      if (count(before, -1)) n -= 1
      if (count(after, 1)) n += 1
      mean = n > 0 ? labels.value / n : 0
      spread = n > 1 ? Math.max(0, squares.minusSquareOver(labels, n)) : 0
      errors = n > 0 ? Math.max(0, squaredErrors.value) : 0
    },
    save(out) {
      out.f64(n)
      out.f64(mean)
      out.f64(spread)
      out.f64(errors)
      labels.save(out)
      squares.save(out)
      squaredErrors.save(out)
      out.f64(origin)
      blocks.save(out)
    },
  }
}
