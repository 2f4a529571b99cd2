import type { Calibration } from '#learn/batch/calibration/calibration.ts'
import { fitIsotonic } from '#learn/batch/calibration/fit-isotonic.ts'
import { fitPlatt } from '#learn/batch/calibration/fit-platt.ts'
import { NO_CALIBRATION } from '#learn/batch/model/calibration-loaders.ts'
import type { ModelCalibration } from '#learn/batch/model/model-parts.ts'

interface Scored {
  readonly probabilities: Float64Array
  readonly labels: Float64Array
}

/** Fewest rows of each class in a half that a comparison means something with. */
const FEWEST = 20

/**
 * The correction of probabilities that a parameter asks for. `auto` takes Platt's where it lowers the log loss of the newer half of the
 * rows when fitted to the older one, else none: unlike isotonic steps it keeps the order of scores.
 */
export function fitCalibration(kind: string, scored: Scored): ModelCalibration {
  if (kind === 'platt') return fitPlatt(scored)
  if (kind === 'isotonic') return fitIsotonic(scored)
  return kind === 'auto' && helps(scored) ? fitPlatt(scored) : NO_CALIBRATION
}

function helps({ probabilities, labels }: Scored): boolean {
  const half = labels.length >> 1
  const older = { probabilities: probabilities.subarray(0, half), labels: labels.subarray(0, half) }
  const newer = { probabilities: probabilities.subarray(half), labels: labels.subarray(half) }
  if (![older, newer].every(hasBoth)) return false
  return logLoss(newer, fitPlatt(older)) < logLoss(newer, NO_CALIBRATION)
}

function hasBoth({ labels }: Scored): boolean {
  const positives = labels.reduce((sum, label) => sum + label, 0)
  return positives >= FEWEST && labels.length - positives >= FEWEST
}

function logLoss({ probabilities, labels }: Scored, { apply }: Pick<Calibration, 'apply'>): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++) {
    const p = apply(probabilities[row] as number)
    sum -= Math.log(Math.max(1e-15, labels[row] === 1 ? p : 1 - p))
  }
  return sum
}
