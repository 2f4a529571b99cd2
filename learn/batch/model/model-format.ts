import type { SealedFormat } from './sealed-file.ts'

/** Of model files. */
export const MODEL_FORMAT: SealedFormat = {
  magic: 'CRTB',
  version: 1,
  code: 'MODEL_CORRUPT',
  title: 'The model file',
}
