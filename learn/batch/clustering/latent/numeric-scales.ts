import type { StateReader } from '../../../state/reader.ts'
import type { StateWriter } from '../../../state/writer.ts'
import type { Dataset } from '../../dataset.ts'

/** Standard deviations beyond which a value counts as that far away only, so that one wild input cannot own a class. */
const CLIP = 8

/** Mean and deviation of numeric columns. */
export interface NumericScales {
  readonly means: Float64Array
  /** 1 where a column is constant or missing throughout. */
  readonly deviations: Float64Array
  /** NaN for what is missing. */
  standardise(index: number, value: number): number
  save(out: StateWriter): void
}

export function fitNumericScales({ values }: Dataset, numeric: Int32Array): NumericScales {
  const means = new Float64Array(numeric.length)
  const deviations = new Float64Array(numeric.length)
  numeric.forEach((column, j) => {
    let [n, mean, squares] = [0, 0, 0]
    for (const value of values[column]) {
      if (!Number.isFinite(value)) continue
      n += 1
      const step = value - mean
      mean += step / n
      squares += step * (value - mean)
    }
    means[j] = mean
    deviations[j] = n > 1 && squares > 0 ? Math.sqrt(squares / n) : 1
  })
  return fromState(means, deviations)
}

export function loadNumericScales(input: StateReader, numerics: number): NumericScales {
  return fromState(input.f64s(numerics), input.f64s(numerics))
}

function fromState(means: Float64Array, deviations: Float64Array): NumericScales {
  return {
    means,
    deviations,
    standardise(index, value) {
      if (!Number.isFinite(value)) return Number.NaN
      const z = (value - means[index]) / deviations[index]
      return z > CLIP ? CLIP : z < -CLIP ? -CLIP : z
    },
    save(out) {
      out.f64s(means)
      out.f64s(deviations)
    },
  }
}
