import { blockBootstrap } from './block-bootstrap.ts'
import { BlockSums } from './block-sums.ts'
import { ExactSum } from './exact-sum.ts'
import type { Metric, RegressionObservation } from './metric.ts'
import type { SavedState } from './saved-state.ts'

const [N, MEAN, SPREAD, ERRORS] = [0, 1, 2, 3]
/** Standard deviations from the mean at which squared distances from the origin are no longer precise. */
const FAR = 1e5

/**
 * Coefficient of determination, 1 - SSE / SST; SST by Welford's recurrence, after a correction anew from exact sums. 0 below two
 * labels or without spread.
 */
export function createR2(from?: SavedState): Metric<RegressionObservation> {
  const input = from?.input
  // In an array, as variables of a closure would be allocated anew with every change.
  const state = new Float64Array(4)
  if (input) for (let i = 0; i < 4; i++) state[i] = input.f64()
  const saved = from?.version === 2 ? from.input : undefined
  const labels = new ExactSum(saved, state[N] * state[MEAN])
  const squares = new ExactSum(saved, state[SPREAD] + state[N] * state[MEAN] * state[MEAN])
  const squaredErrors = new ExactSum(saved, state[ERRORS])
  /** Labels are taken from here in the blocks, so that their squares stay small. */
  let origin = saved ? saved.f64() : state[N] > 0 ? state[MEAN] : Number.NaN
  const blocks = new BlockSums(4, from)
  const defined = () => state[N] >= 2 && state[SPREAD] > 0

  function count({ label, score, seq = state[N] }: RegressionObservation, sign: 1 | -1): boolean {
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
    n: () => state[N],
    defined,
    value: () => (defined() ? 1 - state[ERRORS] / state[SPREAD] : 0),
    interval() {
      // An origin that was no label after all has left too little of the squares.
      if (!defined() || Math.abs(origin - state[MEAN]) > FAR * Math.sqrt(state[SPREAD] / state[N]))
        return null
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
      state[N] += 1
      const before = label - state[MEAN]
      state[MEAN] += before / state[N]
      state[SPREAD] += before * (label - state[MEAN])
      state[ERRORS] += error * error
    },
    correct(before, after) {
      if (count(before, -1)) state[N] -= 1
      if (count(after, 1)) state[N] += 1
      const n = state[N]
      state[MEAN] = n > 0 ? labels.value / n : 0
      state[SPREAD] = n > 1 ? Math.max(0, squares.minusSquareOver(labels, n)) : 0
      state[ERRORS] = n > 0 ? Math.max(0, squaredErrors.value) : 0
    },
    save(out) {
      for (let i = 0; i < 4; i++) out.f64(state[i])
      labels.save(out)
      squares.save(out)
      squaredErrors.save(out)
      out.f64(origin)
      blocks.save(out)
    },
  }
}
