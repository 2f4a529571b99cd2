import assert from 'node:assert/strict'
import type { Commit, LakeTable, TableSpec } from '#ports/lake.ts'

export const COUNTED: TableSpec = {
  name: 'counted',
  columns: [
    { name: 'n', type: 'long', nullable: false },
    { name: 'day', type: 'date', nullable: true },
  ],
  partitionBy: ['day'],
}

/** Rows of one append. */
export const STEP = 5

/** Appends the rows behind the table's own position, as a sink does after a restart. */
export const appendNext = async (table: LakeTable): Promise<Commit> => {
  const stands = (await table.snapshot()).transactions.get('sink') ?? null
  const from = stands ?? 0
  const rows = Array.from({ length: STEP }, (_, index) => `{"n":${from + index},"day":"2026-01-05"}\n`).join(
    '',
  )
  return table.append({
    rows: [new TextEncoder().encode(rows)],
    rowCount: STEP,
    transactions: [{ appId: 'sink', version: from + STEP, expected: stands }],
  })
}

/** The table holds each row up to its position once, and no other; gives the position. */
export const assertWhole = async (table: LakeTable): Promise<number> => {
  const snapshot = await table.snapshot()
  const position = snapshot.transactions.get('sink') ?? 0
  const found: unknown[] = []
  for await (const { columns } of table.scan(snapshot, { orderBy: ['n'] }))
    found.push(...(columns['n'] ?? []))
  assert.deepEqual(
    found,
    Array.from({ length: position }, (_, n) => n),
  )
  assert.equal(snapshot.rowCount, position)
  return position
}
