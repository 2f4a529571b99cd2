import type { Snapshot } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { CheckedStatement, SqlEngine, SqlParams, SqlRelation } from '#ports/sql-engine.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { Catalog } from '../lookup/catalog.ts'
import type { CatalogEntry } from '../lookup/catalog-entry.ts'
import type { Tails } from '../tail/tails.ts'
import type { AsOf } from './as-of.ts'
import { type KnownRelation, knownRelations } from './known-relations.ts'
import type { TableUse } from './table-use.ts'

/** A statement that was checked, with what it reads in the state asked for. */
export interface PreparedStatement {
  checked: CheckedStatement
  relations: readonly SqlRelation[]
  tables: readonly TableUse[]
}

export interface Preparation {
  statement: string
  useCase: string | null
  params?: SqlParams | undefined
  asOf?: AsOf | null
  signal?: AbortSignal
}

interface Sources {
  catalog: Catalog
  engine: Pick<SqlEngine, 'validate'>
  tails: Pick<Tails, 'behind'>
}

/**
 * Checks a statement against the newest tables, and finds the relations that it names in the state asked for. Throws what the
 * engine, the lake and the tails throw, and CodedError `BAD_USER_INPUT`.
 */
export async function prepareStatement(
  { catalog, engine, tails }: Sources,
  { statement, useCase, params, asOf = null, signal }: Preparation,
): Promise<PreparedStatement> {
  const all = knownRelations(catalog, useCase)
  const known = mentioned(all, statement)
  const check = async (some: readonly KnownRelation[]) => {
    const newest = some.map(async each => relationOf(each, await sourceOf(catalog, each.entry)))
    return engine.validate(statement, await Promise.all(newest), params)
  }
  const checked = await check(known).catch((error: unknown) => {
    // Once more with those that it does not name, so that whoever mistyped is told which there are.
    if (error instanceof PortError && error.code === 'SQL_UNKNOWN_NAME') return check(all)
    throw error
  })
  const names = new Set(checked.relations.map(name => name.toLowerCase()))
  const used = known.filter(({ name }) => names.has(name))
  const entries = [...new Set(used.map(({ entry }) => entry))]
  const snapshotOf = snapshotChooser(catalog, asOf, entries)
  const isLive = asOf?.mode === 'LIVE'

  // One state a table, also where it goes by two names.
  const states = new Map(
    await Promise.all(
      entries.map(async entry => {
        const snapshot = await snapshotOf(entry)
        // The quarantine has no topic that could be read on.
        const live = isLive && entry.kind !== 'quarantine'
        const tail = live ? await tails.behind(snapshot, { signal }) : null
        return [entry, { table: await catalog.table(entry), snapshot, tail, live }] as const
      }),
    ),
  )
  return {
    checked,
    relations: used.map(each => {
      const { table, snapshot, tail } = states.get(each.entry) as NonNullable<ReturnType<typeof states.get>>
      return { ...relationOf(each, { table, snapshot }), ...(tail && { tail: tail.rows }) }
    }),
    tables: [...states].map(([table, { snapshot, live }]) => ({ table, version: snapshot.version, live })),
  }
}

/** Names that do not occur in the text can't be meant, and their tables need not be looked at. */
function mentioned(known: readonly KnownRelation[], statement: string): KnownRelation[] {
  const text = statement.toLowerCase()
  return known.filter(({ name }) => name.split('.').every(part => text.includes(part)))
}

async function sourceOf(catalog: Catalog, entry: CatalogEntry) {
  return { table: await catalog.table(entry), snapshot: await catalog.snapshot(entry) }
}

function relationOf(
  { name, projection }: KnownRelation,
  { table, snapshot }: Pick<SqlRelation, 'table' | 'snapshot'>,
): SqlRelation {
  return { name, table, snapshot, ...(projection && { projection }) }
}

function snapshotChooser(
  catalog: Catalog,
  asOf: AsOf | null,
  entries: readonly CatalogEntry[],
): (entry: CatalogEntry) => Promise<Snapshot> {
  const { version, versions, at } = asOf ?? {}
  if (version != null) {
    if (entries.length !== 1) {
      const names = entries.map(({ sqlName }) => sqlName).join(', ') || 'none'
      throw bad(`asOf.version: the statement reads ${names}, one table wanted; asOf.versions takes several.`)
    }
    return entry => catalog.snapshot(entry, { version })
  }
  if (versions != null) {
    const wanted = new Map(versions.map(each => [each.table.toLowerCase(), each.version]))
    const unknown = versions.find(({ table }) => !catalog.find(table))
    if (unknown) throw bad(`asOf.versions: there is no table "${unknown.table.slice(0, 80)}".`)
    return entry => {
      const pinned = wanted.get(entry.sqlName)
      return catalog.snapshot(entry, pinned === undefined ? undefined : { version: pinned })
    }
  }
  if (at != null) return entry => catalog.snapshot(entry, { timestamp: at.getTime() })
  return entry => catalog.snapshot(entry)
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message)
}
