import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { Column, Lake } from '#ports/lake.ts'
import { lakeTablesOf, type LakeTableSpec } from '#subgraphs/sql/tables/lake-tables.ts'
import type { UseCase } from '#use-cases/define.ts'
import { parseTimestamp } from '#use-cases/timestamp.ts'

export interface TableAudit {
  rows: number
  quarantined: number
}

type Row = Readonly<Record<string, unknown>>

/**
 * Fails unless the tables hold what the log holds: each record of each topic once, with its values, as rows or in quarantine or,
 * where it is none, nowhere.
 */
export async function auditTables(log: EventLog, lake: Lake, useCase: UseCase): Promise<TableAudit> {
  const tables = lakeTablesOf(useCase)
  const quarantine = await rowsOf(lake, tables.quarantine)
  const found: TableAudit = { rows: 0, quarantined: quarantine.length }
  let expectedQuarantine = 0
  for (const kind of ['events', 'predictions', 'outcomes', 'labels'] as const) {
    const table = tables[kind]
    const rows = await rowsOf(lake, table)
    found.rows += rows.length
    const byPlace = groupByPlace(rows)
    const inQuarantine = groupByPlace(quarantine.filter(row => row['_topic'] === table.topic))
    let expected = 0
    for await (const { records } of log.read(table.topic, { from: 'earliest' })) {
      for (const record of records) {
        const place = `${record.partition}/${record.offset}`
        const wanted = expectedRows(table, record)
        expected += wanted.length
        assertRows(table, `${table.topic}/${place}`, byPlace.get(place) ?? [], wanted)
        const refused = expectedRows(tables.quarantine, record)
        expectedQuarantine += refused.length
        assertRows(
          tables.quarantine,
          `${table.topic}/${place} in quarantine`,
          inQuarantine.get(place) ?? [],
          refused,
        )
        if (refused.length > 0) assertRaw(record, inQuarantine.get(place)?.[0] ?? {})
        if (kind === 'events' && wanted.length > 0)
          assertEvent(useCase, record, byPlace.get(place)?.[0] ?? {})
      }
    }
    assert.equal(rows.length, expected, `${table.topic}: rows`)
  }
  assert.equal(quarantine.length, expectedQuarantine, `${tables.quarantine.topic}: rows`)
  return found
}

async function rowsOf(lake: Lake, { topic }: LakeTableSpec): Promise<Row[]> {
  const table = await lake.open(topic)
  assert.ok(table, `There is a table ${topic}.`)
  const rows: Row[] = []
  for await (const { rowCount, columns } of table.scan(await table.snapshot())) {
    const named = Object.entries(columns)
    for (let row = 0; row < rowCount; row++)
      rows.push(Object.fromEntries(named.map(([name, values]) => [name, values[row]])))
  }
  return rows
}

function groupByPlace(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, row => `${row['_partition']}/${row['_offset']}`)
}

function expectedRows(table: LakeTableSpec, record: LogRecord): Row[] {
  const text = table.rowOf(record)
  if (text === null) return []
  return Buffer.from(text)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Row)
}

function assertRows(
  { spec }: LakeTableSpec,
  place: string,
  given: readonly Row[],
  wanted: readonly Row[],
): void {
  assert.equal(given.length, wanted.length, `${place}: ${given.length} rows, ${wanted.length} wanted.`)
  const ordered = (rows: readonly Row[]) =>
    rows.map(row => plain(row, spec.columns)).sort((a, b) => Number(a['seq'] ?? 0) - Number(b['seq'] ?? 0))
  if (!isDeepStrictEqual(ordered(given), ordered(wanted)))
    assert.deepEqual(ordered(given), ordered(wanted), place)
}

/** Values of a row in one form, whoever wrote them. */
function plain(row: Row, columns: readonly Column[]): Row {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? null
      if (value === null) return [name, null]
      if (type === 'timestamp') return [name, parseTimestamp(String(value))]
      if (type === 'long') return [name, Number(value)]
      if (typeof type === 'object' && type.type === 'struct') return [name, plain(value as Row, type.fields)]
      return [name, value]
    }),
  )
}

/** The event by itself, without the code that writes rows. */
function assertEvent({ fields }: UseCase, { value }: LogRecord, row: Row): void {
  const event = JSON.parse(Buffer.from(value).toString()) as Row
  for (const [name, { kind }] of Object.entries(fields)) {
    const [given, wanted] = [row[name] ?? null, event[name] ?? null]
    if (kind === 'timestamp')
      assert.equal(parseTimestamp(String(given)), parseTimestamp(String(wanted)), name)
    else if (kind === 'object') assert.deepEqual({ ...(given as object) }, wanted, name)
    else assert.equal(given, wanted, name)
  }
}

function assertRaw({ value }: LogRecord, { text, base64 }: Row): void {
  const raw = typeof text === 'string' ? Buffer.from(text) : Buffer.from(String(base64), 'base64')
  assert.ok(raw.equals(value), 'The quarantine holds the value to the byte.')
}
