import type { EnvironmentReader } from './environment-reader.ts'

/** What batch training may take. */
export interface BatchSettings {
  /** Jobs at a time in a process; others wait. */
  concurrency: number
  /** Threads that build the trees of a job. */
  threads: number
  /** Memory of a job's process for objects, in MiB; absent: Node's own limit. */
  memoryMb?: number
  /** A further engine beside the platform's own. */
  engine: 'catboost' | null
  /** The Python that has it. */
  python: string
}

export function readBatchSettings(read: EnvironmentReader): BatchSettings {
  const memoryMb = read.integer('BATCH_MEMORY_MB', { min: 128, max: 1024 ** 2 })
  return {
    concurrency: read.integer('BATCH_CONCURRENCY', { min: 1, max: 64 }) ?? 1,
    threads: read.integer('BATCH_THREADS', { min: 1, max: 64 }) ?? 2,
    ...(memoryMb !== undefined && { memoryMb }),
    engine: read.oneOf('BATCH_ENGINE', ['catboost']) ?? null,
    python: read.text('BATCH_PYTHON') ?? 'python3',
  }
}
