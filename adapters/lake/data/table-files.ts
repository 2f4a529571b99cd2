import type { DataFile, LocalFiles } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import { versionUnknown } from '../log/table-errors.ts'
import { localDataFiles } from './local-data-files.ts'
import type { TableContext } from './table-context.ts'

/** As `localDataFiles`; a file that is missing because its version was vacuumed away is `LAKE_VERSION_UNKNOWN`. */
export const tableFiles = async (
  { table, objects, log }: TableContext,
  files: readonly DataFile[],
): Promise<LocalFiles> => {
  try {
    return await localDataFiles(objects, table, files)
  } catch (error) {
    const missing =
      error instanceof PortError && error.code === 'LAKE_TABLE_CORRUPT' && error.cause !== undefined
    const newest = missing ? await log.state().catch(() => null) : null
    if (newest === null || newest.files.has(String((error as PortError).details['file']))) throw error
    const earliest = await earliestVersion(log, newest.version)
    throw versionUnknown(table, 'version with these files any more, they were cleaned away', {
      earliest,
      latest: newest.version,
    })
  }
}

/** As the log itself says it of a version that can't be. */
const earliestVersion = async (log: TableContext['log'], latest: number): Promise<number> => {
  try {
    await log.state({ version: -1 })
  } catch (error) {
    if (error instanceof PortError && typeof error.details['earliest'] === 'number')
      return error.details['earliest']
  }
  return latest
}
