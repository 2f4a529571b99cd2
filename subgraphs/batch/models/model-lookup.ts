import type { Run, Tracking } from '#ports/tracking.ts'
import { createLru } from '#subgraphs/serve/lru.ts'
import { parseManifest } from '../registry/parse-manifest.ts'
import { RUN_FILES } from '../training/run-files.ts'
import type { TrainingManifest } from '../training/training-result.ts'
import type { BatchModelRef } from './batch-model-ref.ts'

/** Finds models by their runs. */
export interface ModelLookup {
  /** Null if the run is unknown, or has left no model. Throws what tracking throws. */
  find(run: string): Promise<BatchModelRef | null>
}

const MOST_MANIFESTS = 500

export function createModelLookup(tracking: Pick<Tracking, 'run' | 'artifacts'>): ModelLookup {
  // A manifest never changes once its run is over.
  const manifests = createLru<TrainingManifest>({ max: MOST_MANIFESTS })

  async function manifestOf({ id }: Run): Promise<TrainingManifest | null> {
    const known = manifests.get(id)
    if (known) return known
    try {
      const file = await tracking.artifacts.read(id, RUN_FILES.manifest)
      const manifest = parseManifest(id, file)
      manifests.set(id, manifest)
      return manifest
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'MODEL_CORRUPT' || code === 'NOT_FOUND') return null
      throw error
    }
  }

  return {
    async find(id) {
      const run = await tracking.run(id)
      // Another client's run may have a file of that name.
      if (!run || run.status !== 'FINISHED') return null
      const manifest = await manifestOf(run)
      return manifest && { id, useCase: manifest.spec.useCase, run, manifest }
    },
  }
}
