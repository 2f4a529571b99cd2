import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Weighted counts of the codes of a nominal column in each of two classes. */
export interface CodeCounts {
  /** A negative weight takes back what a positive one added. Missing codes are ignored. */
  add(code: number, label: 0 | 1, weight: number): void
  /** ln P(code | 1) - ln P(code | 0), smoothed; 0 for a missing or unseen code. */
  logRatio(code: number): number
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Later codes share the last count. */
const MAX_CODES = 65_536

export function createCodeCounts(smoothing: number, input?: StateReader): CodeCounts {
  const totals = input ? input.f64s(2) : new Float64Array(2)
  /** Of class 0 and class 1, interleaved. */
  let counts = input ? input.f64s() : new Float64Array(16)
  if (counts.length < 2 || counts.length % 2 === 1) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A column has ${counts.length} counts, wanted an even number from 2.`,
    )
  }

  return {
    add(code, label, weight) {
      if (!(code >= 0)) return
      const at = 2 * Math.min(MAX_CODES - 1, Math.floor(code)) + label
      if (at >= counts.length) {
        const larger = new Float64Array(Math.max(2 * counts.length, 2 * (at + 1)))
        larger.set(counts)
        counts = larger
      }
      counts[at] = Math.max(0, counts[at] + weight)
      totals[label] = Math.max(0, totals[label] + weight)
    },
    logRatio(code) {
      if (!(code >= 0)) return 0
      const at = 2 * Math.min(MAX_CODES - 1, Math.floor(code))
      if (at >= counts.length) return 0
      // Each class is pulled towards the share of the code in both.
      const share = (counts[at] + counts[at + 1]) / (totals[0] + totals[1])
      if (!(share > 0)) return 0
      const p0 = (counts[at] + smoothing * share) / (totals[0] + smoothing)
      const p1 = (counts[at + 1] + smoothing * share) / (totals[1] + smoothing)
      return Math.log(p1 / p0)
    },
    sizeBytes: () => 8 * (counts.length + 2),
    save(out) {
      out.f64s(totals)
      out.f64s(counts)
    },
  }
}
