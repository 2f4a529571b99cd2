import type { Column, ColumnType } from '#ports/lake.ts'
import type { Action } from './actions.ts'
import { decodeAddPath } from './add-path.ts'
import type { TableName } from './apply-commit.ts'
import type { CommitRequest } from './commit-request.ts'
import type { LogState, TableMetadata } from './log-state.ts'
import { transactionConflict } from './table-errors.ts'

/**
 * Whether a commit that was prepared on `request.read` still holds on `current`. Throws `LAKE_TRANSACTION_CONFLICT` with the reason
 * if not; the caller then has to look again what to do.
 */
export const checkConflicts = (
  { table, tableUri }: TableName,
  request: CommitRequest,
  current: LogState | null,
): void => {
  const { read, kind, actions, expectedTransactions = [] } = request
  if (read === null) {
    if (current === null) return
    throw transactionConflict(table, 'it was created at the same time', { version: current.version })
  }
  if (current === null) throw transactionConflict(table, 'its log has gone')
  for (const { appId, expected } of expectedTransactions) {
    const stands = current.transactions.get(appId)?.version ?? null
    if (stands === expected) continue
    throw transactionConflict(
      table,
      `${appId} was expected at ${expected ?? 'no position'}, and stands at ${stands ?? 'no position'}`,
      { appId, expected, version: stands },
    )
  }
  const replaces = kind === 'metadata' || actions.some(({ metaData, protocol }) => metaData ?? protocol)
  if (current.metadata !== read.metadata && !sameMetadata(current.metadata, read.metadata)) {
    const broken = replaces ? 'it has other metadata now' : brokenColumn(read.metadata, current.metadata)
    if (broken !== null) throw transactionConflict(table, broken, { version: current.version })
  }
  if (replaces && JSON.stringify(current.protocol) !== JSON.stringify(read.protocol)) {
    throw transactionConflict(table, 'it has another protocol now', { version: current.version })
  }
  for (const path of removedPaths(actions)) {
    const name = decodeAddPath(path, tableUri)
    if (name !== null && current.files.has(name)) continue
    throw transactionConflict(table, `its file ${path} was removed`, { file: path, version: current.version })
  }
}

const removedPaths = (actions: readonly Action[]): string[] =>
  actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove.path]))

const sameMetadata = ({ raw: a }: TableMetadata, { raw: b }: TableMetadata): boolean =>
  a.id === b.id &&
  a.schemaString === b.schemaString &&
  JSON.stringify(a.partitionColumns) === JSON.stringify(b.partitionColumns) &&
  JSON.stringify(sorted(a.configuration)) === JSON.stringify(sorted(b.configuration))

const sorted = (record: Record<string, string> = {}): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** Why rows written for one schema do not fit the other, if so. Columns that came in between are null in them. */
const brokenColumn = (written: TableMetadata, current: TableMetadata): string | null => {
  if (written.id !== current.id) return 'it is another table now'
  if (JSON.stringify(written.partitionColumns) !== JSON.stringify(current.partitionColumns)) {
    return 'it has other partitions now'
  }
  return brokenMember(written.columns, current.columns, '')
}

const brokenMember = (
  written: readonly Column[],
  current: readonly Column[],
  prefix: string,
): string | null => {
  const before = new Map(written.map(column => [column.name, column]))
  for (const { name, type, nullable } of current) {
    const own = before.get(name)
    before.delete(name)
    const path = prefix + name
    if (own === undefined) {
      if (!nullable) return `its new column "${path}" needs a value`
      continue
    }
    if (own.nullable && !nullable) return `its column "${path}" takes no null any more`
    if (isStruct(own.type) && isStruct(type)) {
      const broken = brokenMember(own.type.fields, type.fields, `${path}.`)
      if (broken !== null) return broken
    } else if (JSON.stringify(own.type) !== JSON.stringify(type))
      return `its column "${path}" has another type now`
  }
  const [gone] = before.keys()
  return gone === undefined ? null : `its column "${prefix}${gone}" has gone`
}

const isStruct = (type: ColumnType): type is Extract<ColumnType, { type: 'struct' }> =>
  typeof type !== 'string' && type.type === 'struct'
