import { CodedError } from '#subgraphs/coded-error.ts'
import type { TableResolvers } from '../resolvers.generated.ts'
import { describeColumn } from '../lookup/describe-column.ts'
import { statementError } from '../statements/statement-error.ts'
import { within } from '../statements/statement-input.ts'

const MOST_VERSIONS = 100

export const Table: TableResolvers = {
  __resolveReference: ({ name }, { catalog }) => catalog.find(name as string),
  name: ({ sqlName }) => sqlName,
  useCase: ({ useCase }) => ({ id: useCase }),
  kind: ({ kind }) => kind.toUpperCase() as 'EVENTS',
  description: ({ spec: { description, name } }) => description ?? name,
  uri: async (entry, _, { catalog }) => (await told(catalog.table(entry))).uri,
  async columns(entry, _, { catalog }) {
    const { columns, partitionBy } = await told(catalog.snapshot(entry))
    return columns.map(column => describeColumn(column, partitionBy))
  },
  version: async (entry, _, { catalog }) => (await told(catalog.snapshot(entry))).version,
  committedAt: async (entry, _, { catalog }) => (await told(catalog.snapshot(entry))).timestamp,
  rowCount: async (entry, _, { catalog }) => (await told(catalog.snapshot(entry))).rowCount,
  sizeBytes: async (entry, _, { catalog }) => (await told(catalog.snapshot(entry))).sizeBytes,
  files: async (entry, _, { catalog }) => (await told(catalog.snapshot(entry))).files.length,
  async versions(entry, { first, after }, { catalog }) {
    const limit = within('first', first ?? 20, 1, MOST_VERSIONS)
    const before = after == null ? undefined : decodeCursor(after)
    const table = await told(catalog.table(entry))
    const found = await told(table.history({ limit: limit + 1, ...(before !== undefined && { before }) }))
    const edges = found.slice(0, limit).map(({ version, timestamp, ...rest }) => ({
      cursor: encodeCursor(version),
      node: { ...rest, version, at: timestamp },
    }))
    return {
      edges,
      pageInfo: { hasNextPage: found.length > limit, endCursor: edges.at(-1)?.cursor ?? null },
    }
  },
  lag: (entry, _, { lag }) => told(lag.of(entry)),
  problem: (entry, _, { catalog }) => told(catalog.problem(entry)),
}

/** Faults of the store without its address. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw statementError(error)
  }
}

function encodeCursor(version: number): string {
  return Buffer.from(`version ${version}`).toString('base64url')
}

function decodeCursor(cursor: string): number {
  const found = /^version (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (found) return Number(found[1])
  throw new CodedError('INVALID_CURSOR', `"${cursor.slice(0, 80)}" given, a cursor of this list wanted.`)
}
