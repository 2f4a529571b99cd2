import type { Column, DataFile } from '../lake.ts'
import type { ResultColumn, RunSummary, SqlEngine, SqlRelation, SqlRequest } from '../sql-engine.ts'

export interface SqlEngineContract {
  name: string
  /** What the tests share; each makes relations of its own. */
  open: () => Promise<ContractFixture>
}

export interface ContractFixture extends AsyncDisposable {
  engine: SqlEngine
  /** A relation over one data file for each list of rows. */
  relation(options: {
    name: string
    columns: readonly Column[]
    partitionBy?: readonly string[]
    files: readonly {
      rows: readonly Readonly<Record<string, unknown>>[]
      partition?: DataFile['partition']
      stats?: DataFile['stats']
      columns?: readonly Column[]
    }[]
  }): Promise<SqlRelation>
}

export interface Outcome {
  columns: readonly ResultColumn[]
  rows: readonly (readonly unknown[])[]
  summary: RunSummary
}

const LIMITS = { maxRows: 10_000, maxBytes: 10_000_000, timeoutMs: 20_000 }
let runs = 0

/** Runs a statement with generous limits. */
export const request = (
  statement: string,
  relations: readonly SqlRelation[] = [],
  options: Partial<SqlRequest> = {},
): SqlRequest => ({ id: `run-${++runs}`, statement, relations, ...LIMITS, ...options })

/** Reads a result to its end; rejects as its summary does. */
export const outcomeOf = async (engine: SqlEngine, asked: SqlRequest): Promise<Outcome> => {
  await using run = engine.run(asked)
  const columns = await run.columns
  const rows: (readonly unknown[])[] = []
  for await (const batch of run.rows) rows.push(...batch)
  return { columns, rows, summary: await run.summary }
}

export const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true })

export const NUMBERS = [column('id', 'integer'), column('amount', 'double')] as const

/** The fixture of all tests but those that close it. */
export type SharedFixture = () => Promise<ContractFixture>
