import assert from 'node:assert/strict'
import { it } from 'node:test'
import type {
  AppTransaction,
  Column,
  ColumnType,
  Commit,
  Lake,
  LakeTable,
  ScanOptions,
  Snapshot,
  TableSpec,
} from '../lake.ts'

export interface LakeContract {
  name: string
  /** A lake over the store of that name: the same name gives the same tables, seen as by another process. */
  open(options: { store: string; now?: () => number }): Promise<Lake>
}

export interface Bench {
  contract: LakeContract
  specification(title: string, run: (scene: Scene) => Promise<void>): void
}

export interface Scene {
  lake: Lake
  /** Another process on the same store. */
  another(now?: () => number): Promise<Lake>
}

export const createBench = (contract: LakeContract): Bench => {
  let stores = 0
  return {
    contract,
    specification: (title, run) =>
      it(title, async () => {
        const store = `store-${++stores}`
        await using opened = new AsyncDisposableStack()
        const open = async (now?: () => number): Promise<Lake> =>
          opened.use(await contract.open({ store, ...(now === undefined ? {} : { now }) }))
        await run({ lake: await open(), another: open })
      }),
  }
}

export const column = (name: string, type: ColumnType, nullable = true): Column => ({ name, type, nullable })

/** A small table of events. */
export const eventsSpec: TableSpec = {
  name: 'events',
  description: 'What happened.',
  partitionBy: ['day'],
  columns: [
    column('id', 'string', false),
    column('amount', 'double'),
    column('count', 'integer'),
    column('position', 'long'),
    column('flag', 'boolean'),
    column('at', 'timestamp'),
    column('place', { type: 'struct', fields: [column('lat', 'double'), column('name', 'string')] }),
    column('day', 'date'),
  ],
}

export interface EventRow {
  id: string
  amount?: number | null
  count?: number | null
  position?: number | string | null
  flag?: boolean | null
  at?: string | null
  place?: { lat?: number | null; name?: string | null } | null
  day?: string | null
}

/** Rows `from` to `from + count - 1` of one day. */
export const events = (from: number, count: number, day = '2026-01-05'): EventRow[] =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index
    return {
      id: `e${String(n).padStart(6, '0')}`,
      amount: n / 4,
      count: n % 7,
      position: n,
      flag: n % 2 === 0,
      at: new Date(Date.parse(`${day}T00:00:00Z`) + n).toISOString(),
      place: { lat: n % 90, name: `place ${n % 3}` },
      day,
    }
  })

export const ndjson = (rows: readonly object[]): Uint8Array =>
  new TextEncoder().encode(rows.map(row => `${JSON.stringify(row)}\n`).join(''))

export const append = (
  table: LakeTable,
  rows: readonly object[],
  transactions: readonly AppTransaction[] = [],
): Promise<Commit> =>
  table.append({ rows: rows.length === 0 ? [] : [ndjson(rows)], rowCount: rows.length, transactions })

/** All rows as objects, in the order of `id` if nothing else is asked for. */
export const rowsOf = async (
  table: LakeTable,
  options: ScanOptions = {},
  snapshot?: Snapshot,
): Promise<Record<string, unknown>[]> => {
  const rows: Record<string, unknown>[] = []
  const at = snapshot ?? (await table.snapshot())
  for await (const batch of table.scan(at, { orderBy: ['id'], ...options })) {
    const columns = Object.entries(batch.columns)
    for (const [, values] of columns) assert.equal(values.length, batch.rowCount)
    for (let i = 0; i < batch.rowCount; i++)
      rows.push(Object.fromEntries(columns.map(([name, values]) => [name, values[i]])))
  }
  return rows
}

export const idsOf = async (
  table: LakeTable,
  options: ScanOptions = {},
  snapshot?: Snapshot,
): Promise<unknown[]> => (await rowsOf(table, { ...options, columns: ['id'] }, snapshot)).map(({ id }) => id)

export const code = (wanted: string) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, wanted, String(error))
  return true
}
