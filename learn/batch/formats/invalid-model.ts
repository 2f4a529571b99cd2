import { codedError } from '../../coded-error.ts'

/** A model file that cannot be what it says it is, or uses what is not read here. `detail` says where, without a full stop. */
export function invalidModel(format: 'CatBoost' | 'LightGBM' | 'ONNX', detail: string): Error {
  return codedError('MODEL_INVALID', `The ${format} model cannot be read: ${detail}.`)
}
