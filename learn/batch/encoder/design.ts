import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Dataset } from '../dataset.ts'
import { robustMoments } from './robust-moments.ts'
import { standardise } from './standardise.ts'

/** Rows as points of a Euclidean space. */
export interface Design {
  /** Length of a point. */
  readonly width: number
  /** Columns by name, one for each coordinate: nominal ones have several. */
  readonly coordinates: readonly string[]
  /** The point of a row of the encoder, into `out` from `at` on. */
  write(row: ArrayLike<number>, out: Float64Array, at?: number): void
  /** All rows, `rows * width` long, row-major. */
  all(data: Dataset): Float64Array
  save(out: StateWriter): void
}

/** Per column: mean and deviation of numbers; for nominal columns only the number of categories counts. */
interface Numbers {
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/**
 * Numbers with mean 0 and variance 1 but for far outliers, cut at 8 deviations, missing ones at the mean; categories one-hot, missing a
 * category of its own, unknown ones none. Two rows of different category are as far apart, squared, as two random rows in a number: 2.
 */
export function fitDesign(data: Dataset): Design {
  const { columns, values } = data
  const mean = new Float64Array(columns.length)
  const deviation = new Float64Array(columns.length).fill(1)
  columns.forEach(({ kind }, column) => {
    if (kind !== 'numeric') return
    const moments = robustMoments(values[column].subarray(0, data.rows))
    mean[column] = moments.mean
    // A constant column adds nothing to any distance.
    if (moments.deviation > 0) deviation[column] = moments.deviation
  })
  return fromNumbers(columns, { mean, deviation })
}

export function loadDesign(input: StateReader, columns: readonly BatchColumn[]): Design {
  const mean = input.f64s(columns.length)
  const deviation = input.f64s(columns.length)
  if (!mean.every(Number.isFinite) || !deviation.every(value => value > 0 && value < Infinity)) {
    throw codedError(
      'MODEL_CORRUPT',
      'The means and deviations of the model are not finite, or not positive.',
    )
  }
  return fromNumbers(columns, { mean, deviation })
}

function fromNumbers(columns: readonly BatchColumn[], { mean, deviation }: Numbers): Design {
  const widths = columns.map(({ kind, categories = [] }) => (kind === 'numeric' ? 1 : categories.length + 1))
  const width = widths.reduce((sum, own) => sum + own, 0)
  const numeric = columns.map(({ kind }) => kind === 'numeric')

  function write(row: ArrayLike<number>, out: Float64Array, at = 0): void {
    for (let column = 0; column < numeric.length; column++) {
      const value = row[column]
      if (numeric[column])
        out[at] = Number.isNaN(value) ? 0 : standardise(value, mean[column], deviation[column])
      else {
        out.fill(0, at, at + widths[column])
        // Missing (-1) comes first; the code of unknown categories lies beyond.
        if (value + 1 < widths[column]) out[at + value + 1] = 1
      }
      at += widths[column]
    }
  }

  return {
    width,
    coordinates: columns.flatMap(({ name }, column) => Array<string>(widths[column]).fill(name)),
    write,
    all({ rows, values }) {
      const points = new Float64Array(rows * width)
      const row = new Float64Array(columns.length)
      for (let i = 0; i < rows; i++) {
        for (let column = 0; column < row.length; column++) row[column] = values[column][i]
        write(row, points, i * width)
      }
      return points
    },
    save(out) {
      out.f64s(mean)
      out.f64s(deviation)
    },
  }
}
