import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Replaces a category by the mean target of its earlier examples, pulled towards the mean of all. */
export interface TargetEncoder {
  /** What is known before this example's own label; the mean of all for a missing or unseen code, 0 before any. */
  encode(code: number): number
  /** To be called after `encode` and the prediction, once the label is known: so no label leaks into its own input. */
  learn(code: number, target: number, weight?: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

interface Options {
  /** Examples that the mean of all counts as. */
  smoothing?: number
  /** Codes from here on count as missing. */
  maxCodes?: number
}

/** Micci-Barreca 2001, "A preprocessing scheme for high-cardinality categorical attributes", prequentially. */
export function createTargetEncoder(
  { smoothing = 10, maxCodes = 65_536 }: Options = {},
  input?: StateReader,
): TargetEncoder {
  const overall = input ? input.f64s(2) : new Float64Array(2)
  /** Weight and mean target of each code, interleaved. */
  let codes = input ? input.f64s() : new Float64Array(32)

  function add(into: Float64Array, at: number, target: number, weight: number): void {
    into[at] += weight
    into[at + 1] += ((target - into[at + 1]) * weight) / into[at]
  }

  return {
    encode(code) {
      const at = 2 * code
      if (!(at >= 0 && at + 1 < codes.length)) return overall[1]
      const known = codes[at]
      return (known * codes[at + 1] + smoothing * overall[1]) / (known + smoothing)
    },
    learn(code, target, weight = 1) {
      if (!Number.isFinite(target) || !(weight > 0)) return
      add(overall, 0, target, weight)
      if (!(code >= 0 && code < maxCodes)) return
      if (2 * code + 1 >= codes.length) {
        const larger = new Float64Array(Math.max(2 * codes.length, 2 * code + 2))
        larger.set(codes)
        codes = larger
      }
      add(codes, 2 * code, target, weight)
    },
    sizeBytes: () => 8 * (codes.length + 2),
    save(out) {
      out.f64s(overall)
      out.f64s(codes)
    },
  }
}
