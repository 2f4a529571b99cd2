import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import { loadEncoder } from '../encoder/encoder.ts'
import type { BatchModel } from './batch-model.ts'
import { buildBatchModel } from './build-batch-model.ts'
import { CALIBRATION_LOADERS } from './calibration-loaders.ts'
import { CLUSTER_LOADERS } from './cluster-loaders.ts'
import { loadInterval } from './interval.ts'
import { MODEL_FORMAT } from './model-format.ts'
import type { ModelParts } from './model-parts.ts'
import { SCORER_LOADERS } from './scorer-loaders.ts'
import { unsealFile } from './sealed-file.ts'

/**
 * The model in a file that `BatchModel.save` made.
 * @throws Error with code `MODEL_CORRUPT` for any other bytes.
 */
export function loadBatchModel(file: ArrayBuffer | Uint8Array): BatchModel {
  return unsealFile(MODEL_FORMAT, file, input => buildBatchModel(readParts(input)))
}

function readParts(input: StateReader): ModelParts {
  const task = input.str()
  const learner = input.str()
  const encoder = loadEncoder(input)
  const windows: string[] = []
  for (let left = input.u32(); left > 0; left--) windows.push(input.str())
  const common = { learner, encoder, windows }
  const kind = input.str()
  if (task === 'clustering') {
    return { task, ...common, clustering: loaderOf(CLUSTER_LOADERS, kind)(input, encoder.columns) }
  }
  const scorer = loaderOf(SCORER_LOADERS, kind)(input)
  if (task === 'classification') {
    const calibration = loaderOf(CALIBRATION_LOADERS, input.str())(input)
    return { task, ...common, kind, scorer, calibration, threshold: input.f64() }
  }
  if (task !== 'regression')
    throw codedError(MODEL_FORMAT.code, `The model file is corrupt: its task is "${task}".`)
  const scale = input.bool() ? { column: input.u32(), fallback: input.f64() } : null
  return { task, ...common, kind, scorer, scale, interval: loadInterval(input) }
}

function loaderOf<T>(loaders: Readonly<Record<string, T>>, kind: string): T {
  const loader = Object.hasOwn(loaders, kind) ? loaders[kind] : undefined
  if (loader) return loader
  const known = Object.keys(loaders).join(', ')
  throw codedError(
    MODEL_FORMAT.code,
    `The model file is corrupt: a part is of kind "${kind}", wanted one of ${known}.`,
  )
}
