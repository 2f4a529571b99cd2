import { codedError } from '../../coded-error.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Turns a probability into one that agrees with what happened. */
export interface Calibration {
  readonly kind: 'platt' | 'isotonic'
  /** Pure; rises with the probability. */
  apply(probability: number): number
  save(out: StateWriter): void
}

/** What calibrations are fitted to: rows that the model was not trained with. */
export interface CalibrationData {
  /** 0 to 1. */
  probabilities: Float64Array
  /** 0 or 1. */
  labels: Float64Array
  weights?: Float64Array
}

/** Throws NO_ROWS, SIZE_MISMATCH, INVALID_VALUE, INVALID_LABEL, ONE_CLASS. */
export function checkCalibrationData({ probabilities, labels, weights }: CalibrationData): void {
  const rows = probabilities.length
  if (rows === 0)
    throw codedError('NO_ROWS', 'No rows were given to calibrate with, wanted at least one of each class.')
  if (labels.length !== rows || (weights !== undefined && weights.length !== rows)) {
    throw codedError(
      'SIZE_MISMATCH',
      `${rows} probabilities, ${labels.length} labels and ${weights?.length ?? rows} weights were given, wanted as many of each.`,
    )
  }
  let [positives, negatives] = [0, 0]
  for (let i = 0; i < rows; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      throw codedError(
        'INVALID_VALUE',
        `Probability ${i} is ${probabilities[i]}, wanted a number from 0 to 1.`,
      )
    }
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw codedError('INVALID_LABEL', `Label ${i} is ${labels[i]}, wanted 0 or 1.`)
    }
    const weight = weights?.[i] ?? 1
    if (!(weight >= 0 && weight < Infinity)) {
      throw codedError('INVALID_VALUE', `Weight ${i} is ${weight}, wanted a finite number of 0 or more.`)
    }
    if (labels[i] === 1) positives += weight
    else negatives += weight
  }
  if (positives > 0 && negatives > 0) return
  throw codedError(
    'ONE_CLASS',
    `${positives} positive and ${negatives} negative rows by weight were given, wanted some of both.`,
  )
}
