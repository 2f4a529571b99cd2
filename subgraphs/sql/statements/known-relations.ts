import type { Column, Snapshot } from '#ports/lake.ts'
import type { SqlRelation } from '#ports/sql-engine.ts'
import type { Catalog } from '../lookup/catalog.ts'
import type { CatalogEntry } from '../lookup/catalog-entry.ts'
import { dataProjection } from './data-projection.ts'

/** A name that statements may use, and the table that it stands for. */
export interface KnownRelation {
  /** Lower case: `tfd.events`, `events`, `data`. */
  name: string
  entry: CatalogEntry
  projection?: NonNullable<SqlRelation['projection']>
}

/** Everything that a statement can name: all tables with their schema; with a use case its own without it, and `data`. */
export function knownRelations(catalog: Catalog, useCase: string | null | undefined): KnownRelation[] {
  const qualified = catalog.entries.map(entry => ({ name: entry.sqlName, entry }))
  if (!useCase) return qualified
  const own = catalog.ofUseCase(useCase)
  const events = own.find(({ kind }) => kind === 'events')
  return [
    ...(events ? [{ name: 'data', entry: events, projection: dataProjection(events.declaration) }] : []),
    ...own.map(entry => ({ name: entry.sqlName.slice(entry.sqlName.indexOf('.') + 1), entry })),
    ...qualified,
  ]
}

/** Columns that statements see of a relation. */
export function columnsOf(
  { projection }: KnownRelation,
  table: Pick<Snapshot, 'columns'>,
): readonly Column[] {
  return projection?.map(({ column }) => column) ?? table.columns
}
