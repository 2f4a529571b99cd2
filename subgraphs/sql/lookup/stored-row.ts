import type { Condition, LakeTable, Snapshot } from '#ports/lake.ts'
import { decodePredictionId, type PredictionId } from '#subgraphs/prediction-id.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogEntry } from './catalog-entry.ts'

/** The row of a prediction's event in the lake. */
export interface StoredRowModel {
  table: CatalogEntry
  version: number
  row: Readonly<Record<string, unknown>>
}

/** Rows for predictions' ids, in their order: null for what the lake does not have, an error where one is no id or the lake fails. */
export type StoredRows = (ids: readonly string[]) => Promise<(StoredRowModel | null | Error)[]>

interface Source {
  partition: number
  offset: number
}

/** Looks up predictions by session and sequence number, then their events by partition and offset: two scans for each group. */
export function createStoredRows(catalog: Catalog): StoredRows {
  async function ofUseCase(wanted: readonly PredictionId[]): Promise<Map<string, StoredRowModel>> {
    const found = new Map<string, StoredRowModel>()
    const tables = catalog.ofUseCase(wanted[0]?.useCase ?? '')
    const predictions = tables.find(({ kind }) => kind === 'predictions')
    const events = tables.find(({ kind }) => kind === 'events')
    if (!predictions || !events) return found
    const sources = new Map<string, Source>()
    for (const [session, ids] of Map.groupBy(wanted, each => each.session)) {
      for (const [seq, source] of await sourcesOf(catalog, predictions, session, ids)) {
        sources.set(`${session} ${seq}`, source)
      }
    }
    if (sources.size === 0) return found
    const rows = await rowsOf(catalog, events, [...sources.values()])
    for (const [key, { partition, offset }] of sources) {
      const model = rows.get(`${partition} ${offset}`)
      if (model) found.set(key, model)
    }
    return found
  }

  return async ids => {
    const decoded = ids.map(decodeSafely)
    const valid = decoded.filter((id): id is PredictionId => !(id instanceof Error))
    const byUseCase = new Map<string, Map<string, StoredRowModel> | Error>()
    await Promise.all(
      [...Map.groupBy(valid, ({ useCase }) => useCase)].map(async ([useCase, wanted]) => {
        // What fails for one use case must not fail the others.
        byUseCase.set(useCase, await ofUseCase(wanted).catch((error: Error) => error))
      }),
    )
    return decoded.map(id => {
      if (id instanceof Error) return id
      const found = byUseCase.get(id.useCase)
      return found instanceof Error ? found : (found?.get(`${id.session} ${id.seq}`) ?? null)
    })
  }
}

async function sourcesOf(
  catalog: Catalog,
  entry: CatalogEntry,
  session: string,
  ids: readonly PredictionId[],
): Promise<Map<number, Source>> {
  const found = new Map<number, Source>()
  const where: Condition[] = [
    { column: 'session', op: '=', value: session },
    { column: 'seq', op: 'in', value: [...new Set(ids.map(({ seq }) => seq))] },
  ]
  const columns = ['seq', 'source_partition', 'source_offset']
  for await (const row of rowsWhere(await sourceOf(catalog, entry), where, columns)) {
    found.set(Number(row['seq']), {
      partition: Number(row['source_partition']),
      offset: Number(row['source_offset']),
    })
  }
  return found
}

async function rowsOf(
  catalog: Catalog,
  entry: CatalogEntry,
  sources: readonly Source[],
): Promise<Map<string, StoredRowModel>> {
  const found = new Map<string, StoredRowModel>()
  const source = await sourceOf(catalog, entry)
  for (const [partition, group] of Map.groupBy(sources, each => each.partition)) {
    const where: Condition[] = [
      { column: '_partition', op: '=', value: partition },
      { column: '_offset', op: 'in', value: [...new Set(group.map(({ offset }) => offset))] },
    ]
    for await (const row of rowsWhere(source, where)) {
      const model = { table: entry, version: source.snapshot.version, row }
      found.set(`${partition} ${Number(row['_offset'])}`, model)
    }
  }
  return found
}

async function sourceOf(catalog: Catalog, entry: CatalogEntry) {
  return { table: await catalog.table(entry), snapshot: await catalog.snapshot(entry) }
}

async function* rowsWhere(
  { table, snapshot }: { table: LakeTable; snapshot: Snapshot },
  where: readonly Condition[],
  columns?: readonly string[],
): AsyncGenerator<Record<string, unknown>> {
  for await (const batch of table.scan(snapshot, { where, ...(columns && { columns }) })) {
    const names = Object.keys(batch.columns)
    for (let i = 0; i < batch.rowCount; i++) {
      yield Object.fromEntries(names.map(name => [name, batch.columns[name]?.[i] ?? null]))
    }
  }
}

function decodeSafely(id: string): PredictionId | Error {
  try {
    return decodePredictionId(id)
  } catch (error) {
    return error as Error
  }
}
