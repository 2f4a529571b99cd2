import type { ResultColumn } from '#ports/sql-engine.ts'
import type { Spool } from '../results/spool.ts'
import { csvLine } from './csv.ts'
import { uniqueNames } from './unique-names.ts'

/** A result as CSV with a line of names, in pieces of whole lines. */
export async function* csvText(columns: readonly ResultColumn[], spool: Spool): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvLine(columns.map(({ name }) => name)))
  for await (const rows of rowsOf(spool)) yield Buffer.from(rows.map(csvLine).join(''))
}

/** A result as an object a line, in pieces of whole lines. */
export async function* ndjsonText(
  columns: readonly ResultColumn[],
  spool: Spool,
): AsyncGenerator<Uint8Array> {
  const keys = uniqueNames(columns.map(({ name }) => name)).map(name => JSON.stringify(name))
  for await (const rows of rowsOf(spool)) {
    const lines = rows.map(
      // By hand, for the order of the columns: JSON.stringify puts names that are numbers first.
      row => `{${keys.map((key, i) => `${key}:${JSON.stringify(row[i] ?? null)}`).join(',')}}\n`,
    )
    yield Buffer.from(lines.join(''))
  }
}

async function* rowsOf(spool: Spool): AsyncGenerator<unknown[][]> {
  for await (const text of spool.pieces()) {
    yield text
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as unknown[])
  }
}
