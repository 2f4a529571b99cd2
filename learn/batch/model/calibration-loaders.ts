import type { StateReader } from '../../state/reader.ts'
import { loadIsotonic } from '../calibration/fit-isotonic.ts'
import { loadPlatt } from '../calibration/fit-platt.ts'
import type { ModelCalibration } from './model-parts.ts'

/** The learner's own probability, as it is. */
export const NO_CALIBRATION: ModelCalibration = {
  kind: 'none',
  apply: probability => probability,
  save: () => {},
}

/** By kind, as model files name it. */
export const CALIBRATION_LOADERS: Readonly<Record<string, (input: StateReader) => ModelCalibration>> = {
  none: () => NO_CALIBRATION,
  platt: loadPlatt,
  isotonic: loadIsotonic,
}
