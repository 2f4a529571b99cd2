import type { EnvironmentReader } from './environment-reader.ts'

/** What statements of strangers may take. What is absent is for the engine to choose. */
export interface SqlSettings {
  /** Of all processes of the engine together. */
  memoryMb?: number
  /** Of one statement. */
  threads?: number
  /** Statements at a time; others wait. */
  concurrency?: number
  /** The longest time that a statement may ask for. */
  timeoutMs?: number
}

export function readSqlSettings(read: EnvironmentReader): SqlSettings {
  const memoryMb = read.integer('SQL_MEMORY_MB', { min: 64, max: 1024 ** 2 })
  const threads = read.integer('SQL_THREADS', { min: 1, max: 256 })
  const concurrency = read.integer('SQL_CONCURRENCY', { min: 1, max: 256 })
  const timeoutMs = read.integer('SQL_TIMEOUT_MS', { min: 100, max: 3_600_000 })
  return {
    ...(memoryMb !== undefined && { memoryMb }),
    ...(threads !== undefined && { threads }),
    ...(concurrency !== undefined && { concurrency }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
}
