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
/** Variance of a coefficient before any data, in units of the noise: a ridge of ten observations. The first columns
 * (intercept and scale) carry the level of the target and are all but free. */
const PRIOR_VARIANCE = 0.1
const LEVEL_VARIANCE = 10_000
const LEVEL_COLUMNS = 2

/** No variance grows beyond its prior but by rounding; beyond this the covariance starts anew. */
const LARGEST_VARIANCE = 1e4 * LEVEL_VARIANCE

/**
 * Recursive least squares over a growing number of columns, with forgetting restricted to the direction of each row
 * (Kulhavy 1987, "Restricted exponential forgetting in real-time identification"). P stays exactly symmetric because
 * its update is the outer product of one vector; where rounding makes it indefinite or not finite, the covariance
 * starts anew and the coefficients stay.
 */
export interface SparseRls {
  /** Columns so far. */
  readonly size: number
  /** The index of a new column, whose coefficient is 0; with a full covariance if asked for and there is room. */
  addColumn(full: boolean): number
  predict(row: SparseRow): number
  coefficient(index: number): number
  /** Moves the coefficients by gain times `innovation`, which may be clipped, for the row as given. */
  update(row: SparseRow, innovation: number): void
  /** Forgets coefficients and covariances; the columns stay. */
  restart(): void
  sizeBytes(): number
  save(out: StateWriter): void
}

export function createSparseRls(forgetting: number, input?: StateReader): SparseRls {
  /** Columns 0..full-1 have a full covariance, columns FULL_COLUMNS..FULL_COLUMNS+diagonal-1 a variance each. */
  let full = input ? input.u32() : 0
  let diagonal = input ? input.u32() : 0
  let stride = input ? input.u32() : 64
  /** Row-major, `stride` columns a row; the first `full` rows and columns count. */
  let covariance = input ? input.f64s(stride * stride) : new Float64Array(stride * stride)
  const coefficients = input ? input.f64s(FULL_COLUMNS) : new Float64Array(FULL_COLUMNS)
  /** Coefficient and variance of each column beyond, interleaved. */
  let singles = input ? input.f64s() : new Float64Array(32)
  const gains = new Float64Array(FULL_COLUMNS)
  if (full > stride || full > FULL_COLUMNS || 2 * diagonal > singles.length) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A regression of ${full} + ${diagonal} columns has too small a state.`,
    )
  }

  function reset(): void {
    covariance.fill(0)
    for (let i = 0; i < full; i++) covariance[i * stride + i] = priorOf(i)
    for (let i = 0; i < diagonal; i++) singles[2 * i + 1] = PRIOR_VARIANCE
  }

  function widen(): void {
    const wider = Math.min(2 * stride, FULL_COLUMNS)
    const larger = new Float64Array(wider * wider)
    for (let i = 0; i < full; i++) larger.set(covariance.subarray(i * stride, i * stride + full), i * wider)
    covariance = larger
    stride = wider
  }

  /** gains = P x over the full block; returns x' P x over all columns. */
  function project({ length, indices, values }: SparseRow): number {
    gains.fill(0, 0, full)
    let quadratic = 0
    for (let j = 0; j < length; j++) {
      const column = indices[j]
      const value = values[j]
      if (column >= FULL_COLUMNS) {
        quadratic += value * value * singles[2 * (column - FULL_COLUMNS) + 1]
        continue
      }
      const at = column * stride
      for (let i = 0; i < full; i++) gains[i] += value * covariance[at + i]
    }
    for (let j = 0; j < length; j++) if (indices[j] < FULL_COLUMNS) quadratic += values[j] * gains[indices[j]]
    return quadratic
  }

  return {
    get size() {
      return full + diagonal
    },
    addColumn(wantFull) {
      if (wantFull && full < FULL_COLUMNS) {
        if (full === stride) widen()
        covariance[full * stride + full] = priorOf(full)
        return full++
      }
      if (2 * diagonal === singles.length) singles = doubled(singles)
      singles[2 * diagonal + 1] = PRIOR_VARIANCE
      return FULL_COLUMNS + diagonal++
    },
    predict({ length, indices, values }) {
      let sum = 0
      for (let j = 0; j < length; j++) {
        const column = indices[j]
        sum +=
          values[j] * (column < FULL_COLUMNS ? coefficients[column] : singles[2 * (column - FULL_COLUMNS)])
      }
      return sum
    },
    coefficient: column =>
      column < FULL_COLUMNS ? coefficients[column] : singles[2 * (column - FULL_COLUMNS)],
    update(row, innovation) {
      const { length, indices, values } = row
      const quadratic = project(row)
      if (!(quadratic >= 0 && quadratic < Infinity)) {
        reset()
        return
      }
      if (quadratic === 0) return
      const step = innovation / (1 + quadratic)
      // Information about the past fades only in the direction that this row informs about, so that the variance
      // of what has not been seen for long cannot wind up. Negative when more fades than the row brings.
      const kept = forgetting - (1 - forgetting) / quadratic
      const downdate = kept / (1 + kept * quadratic)
      for (let j = 0; j < length; j++) {
        const at = 2 * (indices[j] - FULL_COLUMNS)
        if (at < 0) continue
        const gain = singles[at + 1] * values[j]
        singles[at] += gain * step
        singles[at + 1] = Math.min(PRIOR_VARIANCE, singles[at + 1] - gain * gain * downdate)
      }
      const root = Math.sqrt(Math.abs(downdate))
      for (let i = 0; i < full; i++) {
        coefficients[i] += gains[i] * step
        gains[i] *= root
      }
      const sign = -Math.sign(downdate)
      let sound = true
      for (let i = 0; i < full; i++) {
        const gain = sign * gains[i]
        const at = i * stride
        for (let j = 0; j < full; j++) covariance[at + j] += gain * gains[j]
        if (!(covariance[at + i] > 0 && covariance[at + i] < LARGEST_VARIANCE)) sound = false
      }
      if (!sound) reset()
    },
    restart() {
      coefficients.fill(0)
      for (let i = 0; i < diagonal; i++) singles[2 * i] = 0
      reset()
    },
    sizeBytes: () => 8 * (covariance.length + coefficients.length + gains.length + singles.length),
    save(out) {
      out.u32(full)
      out.u32(diagonal)
      out.u32(stride)
      out.f64s(covariance)
      out.f64s(coefficients)
      out.f64s(singles)
    },
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length)
  larger.set(values)
  return larger
}

function priorOf(column: number): number {
  return column < LEVEL_COLUMNS ? LEVEL_VARIANCE : PRIOR_VARIANCE
}
