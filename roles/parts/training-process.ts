import { openAdapters, type LakePlace } from '#adapters/open.ts'
import type { StartMessage } from '#subgraphs/batch/jobs/training-protocol.ts'
import { serveTraining } from '#subgraphs/batch/training/serve-training.ts'
import { useCaseById } from '#use-cases/index.ts'
import { SOFTWARE } from './software-version.ts'

/** The entry of a process that trains one batch model and ends with it; its parent starts it with a `TrainingStart`. */

/** What a training process is told beside its job. */
export interface TrainingStart extends StartMessage {
  /** Where the tables are. */
  readonly lake: LakePlace
  readonly threads: number
  /** A Python with CatBoost; null where the deployment has none. */
  readonly python: string | null
}

/** Rows are sorted by DuckDB, which spills beyond this. */
const LAKE_MEMORY_MB = 128

process.once('message', (start: TrainingStart) => {
  void serveTraining({
    channel: process,
    spec: start.spec,
    useCase: useCaseById(start.useCase),
    software: SOFTWARE,
    threads: start.threads,
    python: start.python,
    async openLake() {
      const adapters = await openAdapters({
        dataDir: null,
        ports: ['lake'],
        engines: { lake: start.lake },
        software: SOFTWARE,
        lakeMemoryMb: LAKE_MEMORY_MB,
      })
      return { lake: adapters.lake, [Symbol.asyncDispose]: () => adapters[Symbol.asyncDispose]() }
    },
    // Whatever a library still holds open must not keep it.
  }).finally(() => process.exit())
})
