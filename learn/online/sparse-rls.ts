import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** A sparse row: `length` pairs of column index and value. Its arrays are reused from row to row. */
export interface SparseRow {
  length: number
  readonly indices: Int32Array
  readonly values: Float64Array
}

/** Columns with a full covariance; those beyond keep a variance each. */
export const FULL_COLUMNS = 300
/** Variance of a coefficient before any data, against unit noise: a ridge of a hundredth of one observation. */
const PRIOR_VARIANCE = 100

/**
 * Recursive least squares over a growing number of columns with exponential forgetting (Ljung and Soderstrom 1983).
 * P stays exactly symmetric because its downdate is an outer product of one vector; where rounding makes it
 * indefinite or not finite, the covariance starts anew and the coefficients stay.
 */
export interface SparseRls {
  readonly size: number
  /** The index of a new column, whose coefficient is 0. */
  addColumn(): number
  predict(row: SparseRow): number
  /** Moves the coefficients by gain times `innovation`, which may be clipped, for the row as given. */
  update(row: SparseRow, innovation: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

export function createSparseRls(forgetting: number, input?: StateReader): SparseRls {
  let size = input ? input.u32() : 0
  let full = Math.min(size, FULL_COLUMNS)
  let coefficients = input ? input.f64s() : new Float64Array(64)
  let gains = new Float64Array(coefficients.length)
  /** Row-major, `stride` columns a row; the first `full` rows and columns count. */
  let covariance = input ? input.f64s() : new Float64Array(64 * 64)
  let stride = Math.sqrt(covariance.length)
  /** Variance of each column beyond the full block, by column index. */
  let variances = input ? input.f64s() : new Float64Array(64)
  if (coefficients.length < size || variances.length < size || !Number.isInteger(stride) || stride < full) {
    throw codedError('CHECKPOINT_CORRUPT', `A regression of ${size} columns has too few coefficients or covariances.`)
  }

  function reset(): void {
    covariance.fill(0)
    for (let i = 0; i < full; i++) covariance[i * stride + i] = PRIOR_VARIANCE
    variances.fill(PRIOR_VARIANCE, 0, size)
  }

  function widen(): void {
    const wider = Math.min(2 * stride, FULL_COLUMNS)
    const larger = new Float64Array(wider * wider)
    for (let i = 0; i < full; i++) larger.set(covariance.subarray(i * stride, i * stride + full), i * wider)
    covariance = larger
    stride = wider
  }

  /** gains = P x; returns x' P x. */
  function project({ length, indices, values }: SparseRow): number {
    gains.fill(0, 0, full)
    let quadratic = 0
    for (let j = 0; j < length; j++) {
      const column = indices[j]
      const value = values[j]
      if (column >= full) {
        quadratic += value * value * variances[column]
        continue
      }
      const at = column * stride
      for (let i = 0; i < full; i++) gains[i] += value * covariance[at + i]
    }
    for (let j = 0; j < length; j++) if (indices[j] < full) quadratic += values[j] * gains[indices[j]]
    return quadratic
  }

  return {
    get size() {
      return size
    },
    addColumn() {
      if (size === coefficients.length) {
        coefficients = doubled(coefficients)
        gains = doubled(gains)
        variances = doubled(variances)
      }
      variances[size] = PRIOR_VARIANCE
      if (size < FULL_COLUMNS) {
        if (full === stride) widen()
        covariance[full * stride + full] = PRIOR_VARIANCE
        full += 1
      }
      size += 1
      return size - 1
    },
    predict({ length, indices, values }) {
      let sum = 0
      for (let j = 0; j < length; j++) sum += values[j] * coefficients[indices[j]]
      return sum
    },
    update(row, innovation) {
      const { length, indices, values } = row
      const quadratic = project(row)
      if (!(quadratic >= 0 && quadratic < Infinity)) {
        reset()
        return
      }
      const scale = 1 / (forgetting + quadratic)
      const step = scale * innovation
      const root = Math.sqrt(scale)
      const renew = 1 / forgetting
      for (let j = 0; j < length; j++) {
        const column = indices[j]
        if (column < full) continue
        const gain = variances[column] * values[j]
        coefficients[column] += gain * step
        variances[column] = Math.min(PRIOR_VARIANCE, (variances[column] - gain * gain * scale) * renew)
      }
      for (let i = 0; i < full; i++) {
        coefficients[i] += gains[i] * step
        gains[i] *= root
      }
      let sound = true
      for (let i = 0; i < full; i++) {
        const gain = gains[i]
        const at = i * stride
        for (let j = 0; j < full; j++) covariance[at + j] = (covariance[at + j] - gain * gains[j]) * renew
        if (!(covariance[at + i] > 0 && covariance[at + i] < LARGEST_VARIANCE)) sound = false
      }
      if (!sound) reset()
    },
    sizeBytes: () => 8 * (covariance.length + coefficients.length + gains.length + variances.length),
    save(out) {
      out.u32(size)
      out.f64s(coefficients)
      out.f64s(covariance)
      out.f64s(variances)
    },
  }
}

/** Forgetting lets the variance of a direction without data grow; beyond this it starts anew. */
const LARGEST_VARIANCE = 1e6 * PRIOR_VARIANCE

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}
