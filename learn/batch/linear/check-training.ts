import { codedError } from '../../coded-error.ts'

interface Options {
  rows: number
  labels: Float64Array
  weights: Float64Array | undefined
  l2: number
}

/** Checks what all linear learners take. Throws SIZE_MISMATCH, INVALID_LABEL, INVALID_VALUE, INVALID_PARAMETER. */
export function checkTraining({ rows, labels, weights, l2 }: Options): void {
  if (labels.length !== rows || (weights !== undefined && weights.length !== rows)) {
    throw codedError(
      'SIZE_MISMATCH',
      `${rows} rows, ${labels.length} labels and ${weights?.length ?? rows} weights were given, wanted as many of each.`,
    )
  }
  const wrong = labels.findIndex(label => !Number.isFinite(label))
  if (wrong >= 0) {
    throw codedError(
      'INVALID_LABEL',
      `The label of row ${wrong} is ${labels[wrong]}, wanted a finite number.`,
    )
  }
  const odd = weights?.findIndex(weight => !(weight >= 0 && weight < Infinity)) ?? -1
  if (odd >= 0) {
    throw codedError(
      'INVALID_VALUE',
      `The weight of row ${odd} is ${weights?.[odd]}, wanted a finite number of 0 or more.`,
    )
  }
  if (!(l2 > 0 && l2 < Infinity)) {
    throw codedError('INVALID_PARAMETER', `l2 is ${l2}, wanted a positive finite number.`)
  }
}
