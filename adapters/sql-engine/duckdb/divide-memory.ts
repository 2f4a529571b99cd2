/** Memory of one process: what DuckDB may take there, and what the process as a whole may. */
export interface MemoryShare {
  duckdbMb: number
  processBytes: number
}

/** Of Node and DuckDB in every process, without what processes share. */
const PROCESS_MB = 60
/** Their code, once. */
const SHARED_MB = 70
/** The least with which DuckDB reads a few columns of Parquet. */
const LEAST_MB = 24
/** DuckDB holds itself to a limit that does not count all it takes. */
const COUNTED = 0.65

/** Divides the memory of all processes: a quarter of what the processes leave to quick statements, the rest to heavy ones. */
export function divideMemory(
  memoryMb: number,
  concurrency: number,
): { quick: MemoryShare; heavy: MemoryShare } {
  const free = memoryMb - SHARED_MB - PROCESS_MB * (1 + concurrency)
  const share = (mb: number): MemoryShare => {
    const whole = Math.max(LEAST_MB, Math.floor(mb))
    return {
      duckdbMb: Math.max(LEAST_MB, Math.floor(whole * COUNTED)),
      processBytes: (PROCESS_MB + whole) * 2 ** 20,
    }
  }
  return { quick: share(free / 4), heavy: share((free * 3) / 4 / concurrency) }
}
