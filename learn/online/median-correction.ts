import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { createAveragedAdaGrad } from './linear/averaged-ada-grad.ts'
import { dot } from './linear/dot.ts'
import type { SparseRow } from './sparse-rls.ts'

/** What a conditional median differs by from another fit on the same design. */
export interface MedianCorrection {
  at(row: SparseRow): number
  coefficient(i: number): number
  /** Learns the error that the other fit made at a row. */
  learn(row: SparseRow, error: number, weight: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Step of AdaGrad, in units of the error. */
const RATE = 0.1

/** Least absolute deviations by averaged AdaGrad: where errors are skewed, least squares is off in each group by its own. */
export function createMedianCorrection(input?: StateReader): MedianCorrection {
  const moving = createAveragedAdaGrad(RATE, input)
  return {
    at: row => dot(moving.averages, row),
    coefficient: i => moving.averages[i] ?? 0,
    learn(row, error, weight) {
      const { length, indices, values } = row
      let last = 0
      for (let j = 0; j < length; j++) last = Math.max(last, indices[j])
      moving.widen(last + 1)
      const slope = -weight * Math.sign(error - dot(moving.weights, row))
      for (let j = 0; j < length; j++) moving.step(indices[j], slope * values[j])
    },
    sizeBytes: moving.sizeBytes,
    save: moving.save,
  }
}
