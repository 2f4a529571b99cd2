import type { ResultColumn, RunSummary, SqlEngine, SqlRequest } from '#ports/sql-engine.ts'
import type { Row } from './live-update.ts'

/** Runs a statement and holds all its rows. */
export async function runRows(
  engine: Pick<SqlEngine, 'run'>,
  request: SqlRequest,
): Promise<{ columns: readonly ResultColumn[]; rows: Row[]; summary: RunSummary }> {
  await using run = engine.run(request)
  // Told by `columns` as well; nobody may be waiting here yet.
  run.summary.catch(() => {})
  const columns = await run.columns
  const rows: Row[] = []
  for await (const batch of run.rows) for (const row of batch) rows.push(row)
  return { columns, rows, summary: await run.summary }
}
