import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { openDuckdb } from '../../duckdb/open-duckdb.ts'
import { encodeRows } from './encode-rows.ts'

describe('values as JSON', () => {
  let instance: DuckDBInstance
  let connection: DuckDBConnection
  before(async () => {
    instance = await openDuckdb({ threads: 1, memoryMb: 64 })
    connection = await instance.connect()
  })
  after(() => {
    connection.closeSync()
    instance.closeSync()
  })

  const cases: [sql: string, value: unknown][] = [
    ['row(1, NULL)', [1, null]],
    [`[row('a', row(1, 2))]`, [['a', [1, 2]]]],
    [`MAP {row(1, 2): {'a': row(3, 4)}}`, [{ key: [1, 2], value: { a: [3, 4] } }]],
    ['union_value(u := row(5, 6))', [5, 6]],
    ['array_value(row(1, 2))', [[1, 2]]],
    [`{'a b': 1, 'c': {'d': NULL}}`, { 'a b': 1, c: { d: null } }],
    [`{'__proto__': 1, 'a': 2}`, JSON.parse('{"__proto__": 1, "a": 2}')],
    [`TIMESTAMP_S '2024-01-01 00:00:01'`, '2024-01-01T00:00:01'],
    [`TIMESTAMP_MS '2024-01-01 00:00:01.5'`, '2024-01-01T00:00:01.500'],
    [`TIMESTAMP_NS '2024-01-01 00:00:01.123456789'`, '2024-01-01T00:00:01.123456789'],
    [`TIMESTAMP_NS '1960-01-01 00:00:00.000001'`, '1960-01-01T00:00:00.000001'],
    [`[TIMESTAMP_S '1969-12-31 23:59:59']`, ['1969-12-31T23:59:59']],
    [`'-infinity'::TIMESTAMP_NS`, '-infinity'],
    [`'infinity'::TIMESTAMP_S`, 'infinity'],
    [`'infinity'::TIMESTAMPTZ`, 'infinity'],
    [`TIMESTAMPTZ '2024-01-01 00:00:00.25+00'`, '2024-01-01T00:00:00.250Z'],
  ]
  for (const [sql, value] of cases)
    it(`has ${sql} as ${JSON.stringify(value)}`, async () => {
      const result = await connection.run(`SELECT ${sql} AS a`)
      const chunk = await result.fetchChunk()
      assert.ok(chunk)
      assert.equal(encodeRows(chunk, result.columnTypes(), 1, 1000).text, `[[${JSON.stringify(value)}]]`)
    })
})
