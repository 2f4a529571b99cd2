import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { WorkerSettings } from './worker-protocol.ts'

export interface LockedDuckdb extends AsyncDisposable {
  /** Runs a text that is exactly one statement; any other is refused as a whole. */
  run(sql: string): Promise<void>
}

/** Bytes that it may spill, as many times as its memory. */
const SPILL_FACTOR = 16

/** A DuckDB in UTC that can neither be configured any more nor open any file but these. */
export async function openLockedDuckdb(
  paths: readonly string[],
  { memoryMb, tempDirectory }: Pick<WorkerSettings, 'memoryMb' | 'tempDirectory'>,
): Promise<LockedDuckdb> {
  // DuckDB opens every file in the folder that it spills to, so nothing else may be there.
  const spill = await mkdtemp(join(tempDirectory, 'spill-'))
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMb}MiB`,
    temp_directory: spill,
    max_temp_directory_size: `${memoryMb * SPILL_FACTOR}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const close = async () => {
    instance.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
  try {
    const connection = await instance.connect()
    const run: LockedDuckdb['run'] = async sql => {
      const statements = await connection.extractStatements(sql)
      if (statements.count !== 1) throw new Error(`${statements.count} statements given, exactly one wanted.`)
      const prepared = await statements.prepare(0)
      try {
        await prepared.run()
      } finally {
        prepared.destroySync()
      }
    }
    await run(`SET GLOBAL TimeZone = 'UTC'`)
    await run(`SET allowed_paths = [${paths.map(quoteText).join(', ')}]`)
    await run('SET enable_external_access = false')
    await run('SET lock_configuration = true')
    return {
      run,
      async [Symbol.asyncDispose]() {
        connection.closeSync()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
