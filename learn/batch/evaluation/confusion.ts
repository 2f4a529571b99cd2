import { codedError } from '../../coded-error.ts'

export interface Confusion {
  classes: number
  /** `counts[actual][predicted]`, weighted where weights are given. */
  counts: number[][]
  /** The rows of `counts` as shares of their sum; a class that never occurred has zeros, as scikit-learn has it. */
  normalizedTrue: number[][]
  /** How often each class occurred. */
  support: number[]
}

/**
 * What was predicted for each class; `labels` and `predictions` are classes from 0.
 * @throws `INVALID_DATA` for a class outside of 0 to `classes - 1` and lengths that differ.
 */
export function confusion({
  labels,
  predictions,
  classes = 2,
  weights,
}: {
  labels: ArrayLike<number>
  predictions: ArrayLike<number>
  classes?: number
  weights?: ArrayLike<number> | undefined
}): Confusion {
  const rows = labels.length
  if (predictions.length !== rows) {
    throw codedError(
      'INVALID_DATA',
      `${predictions.length} predictions given for ${rows} labels, as many wanted.`,
    )
  }
  const flat = new Float64Array(classes * classes)
  for (let i = 0; i < rows; i++) {
    const actual = labels[i]
    const predicted = predictions[i]
    if (!isClass(actual, classes) || !isClass(predicted, classes)) {
      const given = `Row ${i} has class ${actual} and was predicted ${predicted}`
      throw codedError('INVALID_DATA', `${given}, whole numbers from 0 to ${classes - 1} wanted.`)
    }
    flat[actual * classes + predicted] += weights ? weights[i] : 1
  }
  const counts = Array.from({ length: classes }, (_, c) => [...flat.subarray(c * classes, (c + 1) * classes)])
  const support = counts.map(row => row.reduce((sum, count) => sum + count, 0))
  const normalizedTrue = counts.map((row, c) => row.map(count => (support[c] > 0 ? count / support[c] : 0)))
  return { classes, counts, normalizedTrue, support }
}

const isClass = (value: number, classes: number) => Number.isInteger(value) && value >= 0 && value < classes
