import type {
  AppTransaction,
  Commit,
  Lake,
  LakeBatch,
  LakeTable,
  Snapshot,
  TableSpec,
  TableVersion,
} from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'

export type Row = Readonly<Record<string, unknown>>

interface Version extends TableVersion {
  rows: readonly Row[]
  transactions: readonly AppTransaction[]
}

export interface TestTable extends LakeTable {
  readonly versions: readonly Version[]
  rows(): Row[]
  /** As another engine would. */
  addForeign(rows: readonly Row[]): void
}

export interface TestLake extends Lake {
  table(name: string): TestTable
  /** Called before each append takes effect; what it throws is the append's failure. */
  beforeAppend: (table: string, batch: LakeBatch, rows: readonly Row[]) => Promise<void> | void
  /** Called after it took effect and before it is told. */
  afterAppend: (table: string) => Promise<void> | void
}

/** Tables in memory, as far as the sink's decisions depend on a lake. What Delta tables are is tested with Delta tables. */
export function createTestLake(): TestLake {
  const tables = new Map<string, TestTable>()
  const lake: TestLake = {
    uri: 'memory:',
    beforeAppend() {},
    afterAppend() {},
    tables: async () => [...tables.keys()].sort(),
    open: async name => tables.get(name) ?? null,
    async ensureTable(spec) {
      const table = tables.get(spec.name) ?? createTable(spec, lake)
      tables.set(spec.name, table)
      return table
    },
    table(name) {
      const found = tables.get(name)
      if (!found) throw new Error(`There is no table ${name}.`)
      return found
    },
    async [Symbol.asyncDispose]() {},
  }
  return lake
}

function createTable({ name, columns, partitionBy }: TableSpec, lake: TestLake): TestTable {
  const versions: Version[] = []
  const transactions = new Map<string, number>()

  function add(
    operation: string,
    engine: string,
    rows: readonly Row[],
    moved: readonly AppTransaction[],
  ): Commit {
    const version = versions.length
    versions.push({
      version,
      timestamp: Date.now(),
      operation,
      engine,
      addedFiles: rows.length > 0 ? 1 : 0,
      removedFiles: 0,
      addedRows: rows.length,
      rows,
      transactions: moved,
    })
    for (const { appId, version: position } of moved) transactions.set(appId, position)
    return { version, timestamp: Date.now(), rowCount: rows.length, files: 1, sizeBytes: 1 }
  }

  add('CREATE TABLE', 'coelho-realtime/test', [], [])
  const allRows = () => versions.flatMap(({ rows }) => rows)
  return {
    name,
    uri: `memory:/${name}`,
    versions,
    rows: allRows,
    addForeign(rows) {
      add('STREAMING UPDATE', 'Apache-Spark/4.0.1 Delta-Lake/4.0.0', rows, [])
    },
    async append(batch) {
      const rows = batch.rows.flatMap(part =>
        Buffer.from(part)
          .toString()
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line) as Row),
      )
      if (rows.length !== batch.rowCount) throw new Error(`${rows.length} rows, ${batch.rowCount} told.`)
      await lake.beforeAppend(name, batch, rows)
      for (const { appId, expected } of batch.transactions ?? []) {
        if ((transactions.get(appId) ?? null) === expected) continue
        throw new PortError('LAKE_TRANSACTION_CONFLICT', `${appId} was expected at ${expected}.`)
      }
      const commit = add('WRITE', 'coelho-realtime/test', rows, batch.transactions ?? [])
      await lake.afterAppend(name)
      return commit
    },
    async snapshot(): Promise<Snapshot> {
      const { version, timestamp } = versions.at(-1) as Version
      return {
        table: name,
        version,
        timestamp,
        columns,
        partitionBy,
        files: [],
        sizeBytes: 0,
        rowCount: allRows().length,
        transactions: new Map(transactions),
      }
    },
    async history({ limit = 100, before = versions.length } = {}) {
      return versions.slice(0, before).reverse().slice(0, limit)
    },
    compact: async () => null,
    vacuum: async () => ({ files: 0, sizeBytes: 0 }),
    async checkpoint() {},
    async *scan(_snapshot, { columns: wanted = [], where = [] } = {}) {
      const rows = allRows().filter(row =>
        where.every(({ column, op, value }) =>
          op === '=' ? row[column] === value : op === '>' && Number(row[column]) > Number(value),
        ),
      )
      yield {
        rowCount: rows.length,
        columns: Object.fromEntries(wanted.map(column => [column, rows.map(row => row[column])])),
      }
    },
    localFiles: async () => ({ paths: [], async [Symbol.asyncDispose]() {} }),
  }
}
