import { createHash } from 'node:crypto'
import type { ArtifactStore } from '#ports/tracking.ts'
import { loadBatchModel } from '#learn/batch/model/load-batch-model.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { parseManifest } from '../registry/parse-manifest.ts'
import { RUN_FILES } from '../training/run-files.ts'
import type { LoadedModel } from './loaded-model.ts'

/** Models that stay in memory once they were asked for. */
export interface ResidentModels {
  /** @throws CodedError `MODEL_NOT_FOUND`, `MODEL_CORRUPT`; and what tracking throws. */
  get(run: string): Promise<LoadedModel>
}

const MOST_MODELS = 8
/** A model that could not be loaded is tried again after so long. */
const FAILED_MS = 10_000

/** Reads each model once for all that ask at the same time; the least recently used of more than eight goes. */
export function createResidentModels(
  artifacts: Pick<ArtifactStore, 'read'>,
  onDamaged: (run: string, error: Error) => void = () => {},
): ResidentModels {
  const held = new Map<string, Promise<LoadedModel>>()
  return {
    get(run) {
      const known = held.get(run)
      held.delete(run)
      const loading = known ?? load(artifacts, run)
      held.set(run, loading)
      if (known) return loading
      loading.catch((error: Error & { code?: string }) => {
        if (error.code === 'MODEL_CORRUPT') onDamaged(run, error)
        // Whoever asks meanwhile gets the same answer: what is damaged is so for every prediction.
        const forget = () => {
          if (held.get(run) === loading) held.delete(run)
        }
        setTimeout(forget, FAILED_MS).unref()
      })
      const [oldest] = held.keys()
      if (held.size > MOST_MODELS && oldest !== undefined) held.delete(oldest)
      return loading
    },
  }
}

async function load(artifacts: Pick<ArtifactStore, 'read'>, run: string): Promise<LoadedModel> {
  const read = async (path: string) => {
    try {
      return await artifacts.read(run, path)
    } catch (error) {
      if ((error as { code?: string }).code !== 'NOT_FOUND') throw error
      const given = run.slice(0, 80)
      throw new CodedError(
        'MODEL_NOT_FOUND',
        `Run "${given}" has no ${path}; a run of batch training wanted.`,
      )
    }
  }
  const manifest = parseManifest(run, await read(RUN_FILES.manifest))
  const file = await read(RUN_FILES.model)
  const hash = createHash('sha256').update(file).digest('hex')
  if (hash !== manifest.modelHash) {
    throw new CodedError(
      'MODEL_CORRUPT',
      `The model file of run ${run} has the hash ${hash}, its manifest says ${manifest.modelHash}.`,
    )
  }
  const model = loadBatchModel(arrayBufferOf(file))
  return { run, useCase: manifest.spec.useCase, manifest, model, sizeBytes: file.byteLength }
}

/** A buffer of its own: stores may give a view into a larger one. */
function arrayBufferOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
