import type { StateReader } from '../../../state/reader.ts'
import type { StateWriter } from '../../../state/writer.ts'
import type { Dataset } from '../../dataset.ts'
import { robustMoments } from '../../encoder/robust-moments.ts'
import { standardise } from '../../encoder/standardise.ts'

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
    const { mean, deviation } = robustMoments(values[column])
    means[j] = mean
    deviations[j] = deviation > 0 ? deviation : 1
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
      return standardise(value, means[index], deviations[index])
    },
    save(out) {
      out.f64s(means)
      out.f64s(deviations)
    },
  }
}
