import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrainingManifest } from '../training/training-result.ts'

/** The manifest of a run. @throws CodedError `MODEL_CORRUPT` for what is none that this version reads. */
export function parseManifest(run: string, file: Uint8Array): TrainingManifest {
  try {
    const manifest = JSON.parse(Buffer.from(file).toString('utf8')) as TrainingManifest | null
    if (
      manifest?.v === 1 &&
      typeof manifest.modelHash === 'string' &&
      manifest.spec?.useCase &&
      manifest.split
    )
      return manifest
  } catch {
    // Said below.
  }
  throw new CodedError('MODEL_CORRUPT', `The manifest of run ${run} is none that this version reads.`)
}
