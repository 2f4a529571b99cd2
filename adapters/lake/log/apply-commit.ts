import type { Action, AddFile, MetaData, Protocol, RemoveFile, Transaction } from './actions.ts'
import { decodeAddPath } from './add-path.ts'
import type { LogState, TableMetadata } from './log-state.ts'
import { columnsOfSchema } from './schema-codec.ts'
import { type SharedMap, sharedMap } from './shared-map.ts'
import { assertPlainFile, assertReadable } from './table-features.ts'
import { unsupportedFile } from './table-errors.ts'

/** Which table a log belongs to. */
export interface TableName {
  /** For errors. */
  table: string
  /** Absolute, without a slash at its end. */
  tableUri: string
}

/**
 * The state after the actions of a version, by the protocol's action reconciliation: the last `add` or `remove` of a file counts, the
 * newest metadata, protocol and transaction too. `before` is null for the actions of version 0 or of a whole checkpoint.
 * Throws `LAKE_UNSUPPORTED`, and a `TypeError` if protocol or metadata never came.
 */
export const applyCommit = (
  { table, tableUri }: TableName,
  before: LogState | null,
  { version, timestamp, actions }: { version: number; timestamp: number; actions: Iterable<Action> },
): LogState => {
  const added = new Map<string, AddFile | undefined>()
  const removed = new Map<string, RemoveFile | undefined>()
  const transactions: [string, Transaction][] = []
  let metaData: MetaData | null = null
  let protocol: Protocol | null = null
  const nameOf = (path: string): string => {
    const name = decodeAddPath(path, tableUri)
    if (name === null) throw unsupportedFile(table, path)
    return name
  }
  for (const { add, remove, txn, metaData: newMetaData, protocol: newProtocol } of actions) {
    if (add !== undefined) {
      assertPlainFile(table, add)
      const name = nameOf(add.path)
      added.set(name, add)
      removed.set(name, undefined)
    } else if (remove !== undefined) {
      const name = decodeAddPath(remove.path, tableUri) ?? remove.path
      added.set(name, undefined)
      removed.set(name, tombstoneOf(remove))
    } else if (txn !== undefined) transactions.push([txn.appId, txn])
    else if (newMetaData !== undefined) metaData = newMetaData
    else if (newProtocol !== undefined) protocol = newProtocol
  }
  const files = changed(before?.files, added)
  const metadata = metaData === null ? before?.metadata : tableMetadata(metaData)
  protocol ??= before?.protocol ?? null
  if (metadata === undefined || protocol === null)
    throw new TypeError('There is neither protocol nor metaData.')
  if (metadata !== before?.metadata || protocol !== before.protocol)
    assertReadable(table, protocol, metadata.raw)
  return {
    version,
    timestamp,
    protocol,
    metadata,
    files,
    tombstones: changed(before?.tombstones, removed),
    transactions: changed(before?.transactions, transactions),
    sizeBytes: sizeAfter(before, added),
  }
}

const sizeAfter = (before: LogState | null, added: ReadonlyMap<string, AddFile | undefined>): number => {
  let size = before?.sizeBytes ?? 0
  for (const [name, add] of added) size += (add?.size ?? 0) - (before?.files.get(name)?.size ?? 0)
  return size
}

const changed = <V>(
  before: SharedMap<V> | undefined,
  changes: Iterable<readonly [string, V | undefined]>,
): SharedMap<V> => (before ?? sharedMap<V>()).with(changes)

/** Statistics and tags of a removed file are of no use to anybody. */
const tombstoneOf = ({ stats: _stats, tags: _tags, ...rest }: RemoveFile): RemoveFile => rest

const tableMetadata = (given: MetaData): TableMetadata => {
  // Other writers leave out what is empty; readers of our checkpoints may rely on it.
  const { provider = 'parquet', options } = given.format ?? {}
  const raw = {
    ...given,
    format: { provider, options: options ?? {} },
    configuration: given.configuration ?? {},
  }
  return {
    id: raw.id,
    columns: columnsOfSchema(raw.schemaString),
    partitionColumns: raw.partitionColumns,
    configuration: raw.configuration,
    raw,
  }
}
