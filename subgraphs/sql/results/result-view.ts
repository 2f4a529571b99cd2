import { CodedError } from '#subgraphs/coded-error.ts'
import type { ResultColumn, RunSummary } from '#ports/sql-engine.ts'
import type { TableUse } from '../statements/table-use.ts'
import type { Result } from './result.ts'

/** At which a page ends, if not by its number of rows before. */
const PAGE_BYTES = 4 * 1024 ** 2

/** A result at one moment: one page, and figures that belong together. */
export interface ResultView {
  id: string
  statement: string
  columns: ResultColumn[] | null
  rows: unknown[][]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  rowCount: number
  complete: boolean
  truncated: boolean
  summary: RunSummary | null
  tables: TableUse[]
}

export async function viewResult(
  result: Result,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<{ view: ResultView; bytes: number }> {
  const from = positionOf(result, after)
  // All at one moment: more rows may come while the page is read.
  const { id, statement, columns, summary, tables, spool, ended, failure } = result
  const { rowCount } = spool
  const complete = ended && failure === null
  const { rows, bytes } = await spool.page(from, Math.min(first, rowCount - from), PAGE_BYTES)
  const to = from + rows.length
  const view = {
    id,
    statement,
    columns: columns && [...columns],
    rows,
    pageInfo: {
      hasNextPage: to < rowCount || !complete,
      endCursor: rows.length > 0 ? encodeCursor(id, to) : after,
    },
    rowCount,
    complete,
    truncated: summary?.truncated ?? false,
    summary,
    tables: [...tables],
  }
  return { view, bytes }
}

/** Rows before a cursor. @throws CodedError `INVALID_CURSOR`. */
export function positionOf({ id, spool }: Result, after: string | null | undefined): number {
  if (after == null) return 0
  const text = Buffer.from(after, 'base64url').toString('utf8')
  const at = text.lastIndexOf(' ')
  const rows = Number(text.slice(at + 1))
  if (text.slice(0, at) === id && Number.isInteger(rows) && rows >= 0 && rows <= spool.rowCount) return rows
  throw new CodedError(
    'INVALID_CURSOR',
    `"${after.slice(0, 80)}" given, a cursor of the result ${id} wanted.`,
  )
}

function encodeCursor(id: string, rows: number): string {
  return Buffer.from(`${id} ${rows}`).toString('base64url')
}
