import { PortError } from '#ports/port-error.ts'
import type { AddFile, MetaData, Protocol } from './actions.ts'
import { columnsWithInvariants } from './schema-codec.ts'

/** Reader features that change nothing for somebody who only reads data files of a version. */
const HARMLESS_TO_READERS = new Set(['vacuumProtocolCheck'])
/** Writer features whose rules we keep: see `assertWritable` and `commit.ts`. */
const KNOWN_TO_WRITERS = new Set(['appendOnly', 'invariants'])

/** Throws `LAKE_UNSUPPORTED` (details: feature) for a table that asks more of readers than we do. */
export const assertReadable = (table: string, protocol: Protocol, metaData: MetaData): void => {
  const mapping = metaData.configuration['delta.columnMapping.mode'] ?? 'none'
  if (mapping !== 'none') throw unsupported(table, 'columnMapping', 'read')
  for (const feature of protocol.readerFeatures ?? []) {
    const unused = feature === 'columnMapping'
    if (!unused && !HARMLESS_TO_READERS.has(feature)) throw unsupported(table, feature, 'read')
  }
  // Reader version 2 is column mapping alone, which this table does not use; 3 is the list above.
  if (protocol.minReaderVersion > 3)
    throw unsupported(table, `reader version ${protocol.minReaderVersion}`, 'read')
  if (metaData.format.provider !== 'parquet') {
    throw unsupported(table, `format ${metaData.format.provider}`, 'read')
  }
}

/** Throws `LAKE_UNSUPPORTED` for a file that only its path and size do not describe. */
export const assertPlainFile = (table: string, add: AddFile): void => {
  if ('deletionVector' in add) throw unsupported(table, 'deletionVectors', 'read')
}

/** Throws `LAKE_UNSUPPORTED` for a table that asks more of writers than we do; it may still be readable. */
export const assertWritable = (table: string, protocol: Protocol, metaData: MetaData): void => {
  const { minWriterVersion, writerFeatures } = protocol
  if (minWriterVersion > 2 && minWriterVersion !== 7) {
    throw unsupported(table, `writer version ${minWriterVersion}`, 'write')
  }
  for (const feature of writerFeatures ?? []) {
    if (!KNOWN_TO_WRITERS.has(feature)) throw unsupported(table, feature, 'write')
  }
  const [checked] = columnsWithInvariants(metaData.schemaString)
  if (checked !== undefined) throw unsupported(table, `invariants of column ${checked}`, 'write')
}

const unsupported = (table: string, feature: string, doing: 'read' | 'write'): PortError =>
  new PortError(
    'LAKE_UNSUPPORTED',
    `Table "${table}" needs the Delta feature "${feature}" to ${doing} it; tables of reader version 1 and writer version 2 are wanted.`,
    { details: { table, feature } },
  )
