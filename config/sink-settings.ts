import type { EnvironmentReader } from './environment-reader.ts'

/** When rows that wait are written to the lake: whichever comes first. What is absent is for the sink to choose. */
export interface SinkLimits {
  rows?: number
  /** Of rows as JSON. */
  bytes?: number
  seconds?: number
}

export function readSinkSettings(read: EnvironmentReader): SinkLimits {
  const rows = read.integer('SINK_MAX_ROWS', { min: 1, max: 10_000_000 })
  const bytes = read.integer('SINK_MAX_BYTES', { min: 1024, max: 1024 ** 3 })
  const seconds = read.integer('SINK_MAX_SECONDS', { min: 1, max: 3600 })
  return {
    ...(rows !== undefined && { rows }),
    ...(bytes !== undefined && { bytes }),
    ...(seconds !== undefined && { seconds }),
  }
}
