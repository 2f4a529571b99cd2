import { DuckDBInstance } from '@duckdb/node-api'

export interface DuckdbOptions {
  threads: number
  memoryMb: number
  /** Where it spills; without one it does not spill, and a statement beyond the memory fails. */
  tempDirectory?: string
}

/**
 * DuckDB in memory that neither installs nor loads extensions by itself and whose sessions are in UTC. Whoever opens it closes it
 * with `closeSync`, after `interrupt` on every connection.
 */
export const openDuckdb = async ({
  threads,
  memoryMb,
  tempDirectory,
}: DuckdbOptions): Promise<DuckDBInstance> => {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryMb}MiB`,
    temp_directory: tempDirectory ?? '',
    // Freed memory goes back to the system early: at the defaults a process keeps some 200 MB more than it uses.
    allocator_flush_threshold: '8MiB',
    allocator_bulk_deallocation_flush_threshold: '8MiB',
    // Each file is read once or twice and then gone: kept in memory, they would fill the limit, which is for work.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
    return instance
  } catch (error) {
    instance.closeSync()
    throw error
  } finally {
    connection.closeSync()
  }
}
