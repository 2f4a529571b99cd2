import type { StateReader } from '../state/reader.ts'
import type { Metric, RegressionObservation } from './metric.ts'

/** Coefficient of determination, 1 - SSE / SST; SST by Welford's recurrence. 0 below two labels or without spread. */
export function createR2(input?: StateReader): Metric<RegressionObservation> {
  let n = input ? input.f64() : 0
  let mean = input ? input.f64() : 0
  let spread = input ? input.f64() : 0
  let errors = input ? input.f64() : 0
  const defined = () => n >= 2 && spread > 0
  return {
    n: () => n,
    defined,
    value: () => (defined() ? 1 - errors / spread : 0),
    update({ label, score }) {
      const error = label - score
      if (!(error - error === 0)) return
      n += 1
      const before = label - mean
      mean += before / n
      spread += before * (label - mean)
      errors += error * error
    },
    save(out) {
      out.f64(n)
      out.f64(mean)
      out.f64(spread)
      out.f64(errors)
    },
  }
}
