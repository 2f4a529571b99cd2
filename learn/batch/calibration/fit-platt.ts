import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import { type Calibration, type CalibrationData, checkCalibrationData } from './calibration.ts'

/** Log odds are bounded where a probability is 0 or 1. */
const LEAST = 1e-12
const MOST_STEPS = 100
const CONVERGED = 1e-10
const RIDGE = 1e-12

/**
 * Platt scaling on log odds: 1 / (1 + exp(-(slope * logit(p) + shift))), with targets drawn towards the middle as if one
 * row more of each class had been seen (Platt 1999). Newton's method with backtracking (Lin, Lin and Weng 2007).
 * Errors: NO_ROWS, SIZE_MISMATCH, INVALID_VALUE, INVALID_LABEL, ONE_CLASS.
 */
export function fitPlatt(data: CalibrationData): Calibration {
  checkCalibrationData(data)
  const { probabilities, labels, weights } = data
  const scores = probabilities.map(logit)
  let [positives, negatives] = [0, 0]
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1
    if (labels[i] === 1) positives += weight
    else negatives += weight
  }
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const target = (i: number) => (labels[i] === 1 ? high : low)

  /** Cross entropy, without overflow. */
  function loss(slope: number, shift: number): number {
    let sum = 0
    for (let i = 0; i < scores.length; i++) {
      const z = slope * scores[i] + shift
      const soft = z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))
      sum += (weights?.[i] ?? 1) * (soft - target(i) * z)
    }
    return sum
  }

  let slope = 0
  let shift = Math.log((positives + 1) / (negatives + 1))
  let value = loss(slope, shift)
  for (let step = 0; step < MOST_STEPS; step++) {
    let [g1, g2, h11, h12, h22] = [0, 0, RIDGE, 0, RIDGE]
    for (let i = 0; i < scores.length; i++) {
      const weight = weights?.[i] ?? 1
      const p = sigmoid(slope * scores[i] + shift)
      const error = weight * (p - target(i))
      const curve = weight * p * (1 - p)
      g1 += error * scores[i]
      g2 += error
      h11 += curve * scores[i] * scores[i]
      h12 += curve * scores[i]
      h22 += curve
    }
    const determinant = h11 * h22 - h12 * h12
    // Equal scores throughout leave the slope open: then only the shift moves.
    const singular = !(determinant > 1e-14 * h11 * h22)
    const d1 = singular ? 0 : -(h22 * g1 - h12 * g2) / determinant
    const d2 = singular ? -g2 / h22 : -(h11 * g2 - h12 * g1) / determinant
    let size = 1
    let next = loss(slope + d1, shift + d2)
    while (!(next <= value) && size > CONVERGED) {
      size /= 2
      next = loss(slope + size * d1, shift + size * d2)
    }
    if (!(next <= value)) break
    slope += size * d1
    shift += size * d2
    const gained = value - next
    value = next
    if (gained <= CONVERGED * Math.abs(value)) break
  }
  // A falling curve would turn the order of a useless model around.
  return slope >= 0 ? fromState(slope, shift) : fromState(0, Math.log((positives + 1) / (negatives + 1)))
}

/** Throws CHECKPOINT_CORRUPT. */
export function loadPlatt(input: StateReader): Calibration {
  const [slope, shift] = input.f64s(2)
  if (slope >= 0 && Number.isFinite(slope) && Number.isFinite(shift)) return fromState(slope, shift)
  throw codedError(
    'CHECKPOINT_CORRUPT',
    `Platt's slope is ${slope} and its shift ${shift}, wanted finite numbers, the first not negative.`,
  )
}

function fromState(slope: number, shift: number): Calibration {
  return {
    kind: 'platt',
    apply: probability => sigmoid(slope * logit(probability) + shift),
    save: out => out.f64s(Float64Array.of(slope, shift)),
  }
}

function logit(probability: number): number {
  const p = Math.min(1 - LEAST, Math.max(LEAST, probability))
  return Math.log(p / (1 - p))
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z))
}
