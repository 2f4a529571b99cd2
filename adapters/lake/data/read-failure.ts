import type { DataFile } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import { duckdbFailure } from './duckdb-failure.ts'
import { corruptFile } from './local-data-files.ts'

/** What an error of DuckDB means that came of reading these data files; `paths` is where they are on this machine. */
export const readFailure = (
  error: unknown,
  table: string,
  files: readonly DataFile[],
  paths: readonly string[],
): PortError => {
  const known = duckdbFailure(error)
  if (known !== null) return known
  const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  const named = files[paths.findIndex(path => said.includes(path))]
  if (named !== undefined) return corruptFile(table, named.path, 'is damaged', error)
  if (!BROKEN.test(said))
    return new PortError('INVALID_ARGUMENT', `Table ${table} can't be read so: ${said}.`, { cause: error })
  return corruptFile(table, files.map(({ path }) => path).join(' or '), 'is damaged', error)
}

/** What DuckDB says of bytes that are not what they should be. */
const BROKEN =
  /parquet|thrift|TProtocol|zstd|snappy|decompress|magic bytes|IO Error|corrupt|Failed to read|Invalid Error|Out of buffer|don't know what type/i
