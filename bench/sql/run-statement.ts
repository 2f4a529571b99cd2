import type { SqlEngine, SqlRelation } from '#ports/sql-engine.ts'

let runs = 0

/** Runs a statement to its last row. */
export async function runStatement(
  engine: SqlEngine,
  statement: string,
  relations: readonly SqlRelation[],
): Promise<{ ms: number; rows: readonly unknown[] }> {
  const start = performance.now()
  const limits = { maxRows: 100_000, maxBytes: 2 ** 26, timeoutMs: 300_000 }
  await using run = engine.run({ id: `bench-${++runs}`, statement, relations, ...limits })
  const rows: unknown[] = []
  for await (const batch of run.rows) rows.push(...batch)
  await run.summary
  return { ms: performance.now() - start, rows }
}
