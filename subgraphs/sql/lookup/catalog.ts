import type { Lake, LakeTable, Snapshot, SnapshotAt } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lakeTablesOf } from '../tables/lake-tables.ts'
import type { CatalogEntry } from './catalog-entry.ts'

/** The tables of all use cases with their newest snapshots, which cost one look at the lake in `maxAgeMs`, whoever asks. */
export interface Catalog {
  readonly entries: readonly CatalogEntry[]
  /** By SQL name, whatever its case. */
  find(sqlName: string): CatalogEntry | null
  ofUseCase(id: string): readonly CatalogEntry[]
  table(entry: CatalogEntry): Promise<LakeTable>
  /** The newest one, at most `maxAgeMs` old, or the one named. Throws what the lake throws. */
  snapshot(entry: CatalogEntry, at?: SnapshotAt): Promise<Snapshot>
  /** Why the newest version can't be read and an earlier one is shown; null if all is well. */
  problem(entry: CatalogEntry): Promise<string | null>
}

interface Held {
  table: LakeTable
  snapshot: Snapshot
  problem: string | null
}

interface Slot {
  held: Held | null
  readAt: number
  reading: Promise<Held> | null
  failure: { error: unknown } | null
}

export function createCatalog({
  lake,
  useCases,
  maxAgeMs = 1000,
  now = () => performance.now(),
}: {
  lake: Lake
  useCases: readonly UseCase[]
  maxAgeMs?: number
  now?: () => number
}): Catalog {
  const entries = useCases.flatMap(useCase =>
    Object.values(lakeTablesOf(useCase)).map(table => ({ ...table, declaration: useCase })),
  )
  const slots = new Map(
    entries.map(({ sqlName }): [string, Slot] => [
      sqlName,
      { held: null, readAt: Number.NEGATIVE_INFINITY, reading: null, failure: null },
    ]),
  )

  function newest(entry: CatalogEntry): Promise<Held> {
    const slot = slots.get(entry.sqlName) as Slot
    if (now() - slot.readAt < maxAgeMs) {
      if (slot.failure) return Promise.reject(slot.failure.error as Error)
      if (slot.held) return Promise.resolve(slot.held)
    }
    slot.reading ??= read(entry, slot.held).then(
      held => {
        // The end of the look counts: a slow store is not asked all the time.
        Object.assign(slot, { held, readAt: now(), reading: null, failure: null })
        return held
      },
      (error: unknown) => {
        Object.assign(slot, { readAt: now(), reading: null, failure: { error } })
        throw error
      },
    )
    return slot.reading
  }

  async function read({ spec }: CatalogEntry, last: Held | null): Promise<Held> {
    // Whoever asks first finds an empty table, and not an error, where the sink has not begun yet.
    const table = last?.table ?? (await lake.open(spec.name)) ?? (await lake.ensureTable(spec))
    try {
      return { table, snapshot: await table.snapshot(), problem: null }
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== 'LAKE_TABLE_CORRUPT') throw error
      const good = error.details['lastGood']
      const snapshot =
        typeof good === 'number' ? await table.snapshot({ version: good }) : (last?.snapshot ?? null)
      if (!snapshot) throw error
      return { table, snapshot, problem: error.message }
    }
  }

  return {
    entries,
    find: name => entries.find(({ sqlName }) => sqlName === name.toLowerCase()) ?? null,
    ofUseCase: id => entries.filter(({ useCase }) => useCase === id),
    table: async entry => (await newest(entry)).table,
    async snapshot(entry, at) {
      const { table, snapshot } = await newest(entry)
      return at ? table.snapshot(at) : snapshot
    },
    problem: async entry => (await newest(entry)).problem,
  }
}
