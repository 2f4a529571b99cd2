import type { TableVersion } from '#ports/lake.ts'
import type { Action, CommitInfo } from './actions.ts'
import { rowsIn } from './file-stats.ts'
import { limited } from './limited.ts'
import { listLog } from './list-log.ts'
import { statedTime } from './stated-time.ts'
import type { LogContext } from './log-context.ts'
import { commitName } from './log-names.ts'
import { parseActions } from './parse-actions.ts'

export interface LogVersion extends TableVersion {
  operationParameters: NonNullable<CommitInfo['operationParameters']>
  operationMetrics: NonNullable<CommitInfo['operationMetrics']>
}

const READS_AT_ONCE = 16
const DEFAULT_LIMIT = 100

/** Versions out of their commit files, newest first; one that can't be read is left out. */
export const readHistory = async (
  { objects, table, onNotice }: LogContext,
  { limit = DEFAULT_LIMIT, before = Number.POSITIVE_INFINITY }: { limit?: number; before?: number } = {},
): Promise<LogVersion[]> => {
  const { commits } = await listLog(objects)
  const versions = [...commits.keys()].filter(version => version < before).sort((a, b) => a - b)
  // One more, since no version is younger than the one before it.
  const wanted = versions.slice(-limit - 1)
  const read = await limited(wanted, READS_AT_ONCE, async version => {
    const content = await objects.find(commitName(version))
    if (content === null) return null
    try {
      return { version, actions: parseActions(content), modifiedAt: commits.get(version)?.modifiedAt ?? 0 }
    } catch {
      onNotice('warn', `The history of table "${table}" lacks version ${version}: its log entry is damaged.`)
      return null
    }
  })
  const history: LogVersion[] = []
  let last = Number.NEGATIVE_INFINITY
  for (const entry of read) {
    if (entry === null) continue
    last = Math.max(statedTime(entry.actions) ?? entry.modifiedAt, last + 1)
    history.push(versionOf(entry.version, last, entry.actions))
  }
  return history.reverse().slice(0, limit)
}

const versionOf = (version: number, timestamp: number, actions: readonly Action[]): LogVersion => {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo ?? {}
  let addedFiles = 0
  let removedFiles = 0
  let addedRows: number | null = 0
  for (const { add, remove } of actions) {
    if (remove !== undefined) removedFiles++
    if (add === undefined) continue
    addedFiles++
    // Merging files adds none, whatever their statistics say.
    if (!add.dataChange) continue
    const rows = rowsIn(add)
    addedRows = addedRows === null || rows === null ? null : addedRows + rows
  }
  return {
    version,
    timestamp,
    operation: info.operation ?? 'UNKNOWN',
    engine: engineOf(info),
    addedFiles,
    removedFiles,
    addedRows,
    operationParameters: info.operationParameters ?? {},
    operationMetrics: info.operationMetrics ?? {},
  }
}

/** delta-rs writes `clientVersion` as well, and older versions of it nothing else. */
const engineOf = ({ engineInfo, ...info }: CommitInfo): string | null => {
  if (engineInfo !== undefined) return engineInfo
  const client = (info as { clientVersion?: unknown }).clientVersion
  return typeof client === 'string' ? client : null
}
