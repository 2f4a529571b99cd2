import type { LakeTable } from '#ports/lake.ts'
import { serially } from '../../serially.ts'
import { appendRows } from './append-rows.ts'
import { compactTable } from './compact-table.ts'
import { knownState } from './known-state.ts'
import { scanRows } from './scan-rows.ts'
import { snapshotOf } from './snapshot-of.ts'
import type { TableContext } from './table-context.ts'
import { tableFiles } from './table-files.ts'
import { vacuumTable } from './vacuum-table.ts'

/** A sweep of a whole table is asked for after every commit, and worth it as seldom as this. */
const SWEEP_EVERY_MS = 3_600_000

/** One table of the lake. */
export const openTable = (context: TableContext): LakeTable => {
  const { table, objects, log, now } = context
  // Two compactions of one process would only take each other's files away.
  const maintenance = serially()
  let sweptAt: number | null = null

  return {
    name: table,
    uri: `${objects.uri}/${table}`,
    append: batch => appendRows(context, batch),
    snapshot: async at => snapshotOf(table, await knownState(context, at)),
    history: options => log.history(options),
    compact: options => maintenance(() => compactTable(context, options)),
    vacuum: ({ retentionMs } = {}) =>
      maintenance(async () => {
        const due = sweptAt === null || Math.abs(now() - sweptAt) >= SWEEP_EVERY_MS
        if (retentionMs === undefined && !due) return { files: 0, sizeBytes: 0 }
        const deleted = await vacuumTable(context, retentionMs)
        sweptAt = now()
        return deleted
      }),
    checkpoint: () => log.checkpoint(),
    scan: (snapshot, options) => scanRows(context, snapshot, options),
    localFiles: files => tableFiles(context, files),
  }
}
