import { createQuantile, loadQuantile, type Quantile } from '../../stats/quantile.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Two running quantiles of target - prediction, which are added to a prediction. */
export interface RegressionJackknife {
  /** Bounds for a prediction; the prediction itself before the first update. */
  interval(prediction: number, out: Float64Array): void
  update(prediction: number, target: number): void
  save(out: StateWriter): void
}

/**
 * River's RegressionJackknife: quantiles (1 - level) / 2 and 1 - (1 - level) / 2 of the signed errors by P². Not
 * distribution-free, and slow to follow a drift: see the interval estimator of conformal/.
 */
export function createRegressionJackknife(level = 0.95): RegressionJackknife {
  const tail = (1 - level) / 2
  return fromQuantiles(createQuantile(tail), createQuantile(1 - tail))
}

export function loadRegressionJackknife(input: StateReader): RegressionJackknife {
  return fromQuantiles(loadQuantile(input), loadQuantile(input))
}

function fromQuantiles(lower: Quantile, upper: Quantile): RegressionJackknife {
  return {
    interval(prediction, out) {
      out[0] = prediction + (lower.value || 0)
      out[1] = prediction + (upper.value || 0)
    },
    update(prediction, target) {
      if (!Number.isFinite(target - prediction)) return
      lower.update(target - prediction)
      upper.update(target - prediction)
    },
    save(out) {
      lower.save(out)
      upper.save(out)
    },
  }
}
