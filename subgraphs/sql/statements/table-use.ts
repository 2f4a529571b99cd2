import type { CatalogEntry } from '../lookup/catalog-entry.ts'

/** A table that a statement reads, and the state that it sees. */
export interface TableUse {
  table: CatalogEntry
  version: number
  /** Whether records of the log beyond that version are read as well. */
  live: boolean
}

/** As the audit has it: `tfd.events@12`, with `+` where records beyond the version are read. */
export function auditName({ table, version, live }: TableUse): string {
  return `${table.sqlName}@${version}${live ? '+' : ''}`
}
