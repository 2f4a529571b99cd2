import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ResultColumn, SqlEngine } from '#ports/sql-engine.ts'
import { openSqlEngine } from '../duckdb.ts'
import { openLockedDuckdb } from './open-locked-duckdb.ts'
import { readType } from './read-type.ts'
import { openTestRelations, type TestRelations } from './test-relations.ts'

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`

describe('Parquet of what strangers name', () => {
  let files: TestRelations
  let engine: SqlEngine
  let rowsPath: string
  let path: string
  let exports = 0
  let created: string
  let payloads: readonly string[]
  before(async () => {
    files = await openTestRelations()
    engine = await openSqlEngine({ workDirectory: files.directory, threads: 1, memoryMb: 400 })
    rowsPath = join(files.directory, 'rows.ndjson')
    created = join(files.directory, 'created')
    const canary = join(files.directory, 'canary.txt')
    await writeFile(canary, 'canary-7c1f\n')
    const rest = `COPY (SELECT 1) TO $$${created}$$; SELECT error(content) FROM read_text($$${canary}$$); -- `
    const from = `AS a FROM (SELECT NULL::JSON[] AS row_values)) TO $$${created}$$; ${rest}`
    payloads = [
      `), "value" VARCHAR)[])) ${from}`,
      ` VARCHAR)) ${from}`,
      `" VARCHAR)) ${from}`,
      `" INTEGER), x VARCHAR)[])) ${from}`,
      `', 'b'), "value" VARCHAR)[])) ${from}`,
      `)[], "a" MAP(VARCHAR, 'x"y, (z]`,
      `NULL)) ${from}`,
    ]
  })
  after(async () => {
    await engine[Symbol.asyncDispose]()
    await files[Symbol.asyncDispose]()
  })

  /** The rows of a statement, as it gives them and as its export holds them. */
  const exported = async (statement: string) => {
    // DuckDB keeps parts of files by name, size and a time that is some milliseconds coarse.
    path = join(files.directory, `result-${++exports}.parquet`)
    await using run = engine.run({
      id: 'x',
      statement,
      relations: [],
      maxRows: 10,
      maxBytes: 1e6,
      timeoutMs: 20_000,
    })
    const rows: (readonly unknown[])[] = []
    for await (const batch of run.rows) rows.push(...batch)
    await run.summary
    const columns = await run.columns
    await writeFile(rowsPath, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
    await engine.writeParquet({ columns, rowsPath, path })
    const read = await files.connection.runAndReadAll(`FROM read_parquet(${text(path)})`)
    return { rows, columns, read: read.getRowsJson(), names: read.columnNames() }
  }

  const statements: [what: string, of: (payload: string) => string][] = [
    ['labels of a key', it => `SELECT MAP {CAST('z' AS ENUM('z', ${text(`a),'${it}`)})): 'v'} AS m`],
    [
      'a label with a quote at its end',
      it => `SELECT MAP {CAST('z' AS ENUM('z', ${text(`a),'${it}'`)}, 'y')): 'v'} AS m`,
    ],
    ['a label of a key', it => `SELECT MAP {CAST('z' AS ENUM('z', ${text(it)})): 'v'} AS m`],
    ['a label of a value', it => `SELECT MAP {'v': CAST('z' AS ENUM('z', ${text(it)}))} AS m`],
    ['a label', it => `SELECT CAST('z' AS ENUM('z', ${text(it)})) AS e`],
    ['a label in a list', it => `SELECT [CAST('z' AS ENUM('z', ${text(it)}))] AS l`],
    ['a member', it => `SELECT {${text(it)}: 1} AS s`],
    ['a member in a list', it => `SELECT [{'a': {${text(it)}: 1}}] AS l`],
    ['a member of a key', it => `SELECT MAP {{${text(it)}: 1}: 'v'} AS m`],
    ['a member of a value', it => `SELECT MAP {'v': {${text(it)}: 1}} AS m`],
    ['a member of a union', it => `SELECT union_value(${name(it)} := 1) AS u`],
    ['a member of a union in a map', it => `SELECT MAP {'v': union_value(${name(it)} := 1)} AS u`],
    ['a map in a struct in a list', it => `SELECT [{${text(it)}: MAP {${text(it)}: 1}}] AS l`],
    [
      'a label in a struct in a map',
      it => `SELECT MAP {'k': [{'e': CAST('z' AS ENUM('z', ${text(it)}))}]} AS m`,
    ],
    ['a column', it => `SELECT 1 AS ${name(it)}, 2 AS ${name(it)}`],
    ['a type cast to', it => `SELECT CAST(NULL AS STRUCT(${name(it)} INTEGER)) AS s`],
  ]
  for (const [what, of] of statements) {
    it(`is data, never SQL: ${what}`, async () => {
      for (const payload of payloads) {
        const { read } = await exported(of(payload))
        assert.equal(read.length, 1)
        assert.equal(existsSync(created), false, payload)
        assert.ok(!readFileSync(path, 'latin1').includes('canary-7c1f'))
      }
    })
  }

  it('keeps members, keys and labels whatever is in their names', async () => {
    const odd = `a"b, 'c') INTEGER]`
    const { read, names } = await exported(
      `SELECT {${text(odd)}: [1], 'B': {'c c': DATE '2024-01-01'}} AS s, MAP {CAST('z' AS ENUM('z', ${text(odd)})): {${text(odd)}: 1.5::DECIMAL(5,2)}} AS m,
        CAST(${text(odd)} AS ENUM('z', ${text(odd)})) AS e, [[1], NULL]::INTEGER[1][] AS l, 7 AS ${name(odd)}, [TIMESTAMPTZ '2024-01-01 00:00:00Z'] AS t`,
    )
    assert.deepEqual(read, [
      [
        { [odd]: [1], B: { 'c c': '2024-01-01' } },
        [{ key: 'z', value: { [odd]: '1.50' } }],
        odd,
        [[1], null],
        7,
        ['2024-01-01 00:00:00+00'],
      ],
    ])
    assert.equal(names[4], odd)
  })

  it('writes as text what Parquet or JSON has no type for', async () => {
    const { read } = await exported(
      `SELECT '101'::BIT, 5::BIGNUM, '{"a": 1}'::JSON, ['{"a": 1}'::JSON], [MAP {'k': 1}], union_value(a := 1), row(1, 'x'), '5 days'::INTERVAL, CAST({'a': 1} AS VARIANT)`,
    )
    assert.deepEqual(read[0]?.slice(0, 7), [
      '101',
      '5',
      '{"a": 1}',
      ['{"a": 1}'],
      '[[{"key":"k","value":1}]]',
      '1',
      '[1,"x"]',
    ])
  })

  it('takes what is told for a type for text unless it is one to the letter', async () => {
    const types = [...payloads, 'INTEGER)', 'INTEGER; SELECT 1', 'STRUCT(a INTEGER', 'INTEGER /**/', '']
    const columns: ResultColumn[] = types.map(type => ({ name: 'c', type, nullable: true }))
    await writeFile(rowsPath, `${JSON.stringify(types.map(() => 'x'))}\n`)
    await engine.writeParquet({ columns, rowsPath, path })
    const read = await files.connection.runAndReadAll(`FROM read_parquet(${text(path)})`)
    assert.deepEqual(read.getRowsJson(), [types.map(() => 'x')])
    assert.equal(existsSync(created), false)
  })

  it('has a DuckDB that opens no other file, runs one statement at a time, and stays so', async () => {
    const settings = { memoryMb: 64, tempDirectory: files.directory }
    await using duckdb = await openLockedDuckdb([rowsPath, path], settings)
    await duckdb.run(`COPY (SELECT 1) TO ${text(path)} (FORMAT parquet, USE_TMP_FILE false)`)
    for (const sql of [
      `COPY (SELECT 1) TO ${text(created)}`,
      `SELECT * FROM read_text(${text(join(files.directory, 'canary.txt'))})`,
      `SELECT 1; COPY (SELECT 1) TO ${text(path)} (FORMAT parquet, USE_TMP_FILE false)`,
      'SET enable_external_access = true',
      `SET allowed_paths = [${text(created)}]`,
      'SET lock_configuration = false',
      'LOAD httpfs',
    ])
      await assert.rejects(duckdb.run(sql), sql)
    assert.equal(existsSync(created), false)
  })
})

describe('the text of a type', () => {
  it('is taken apart where quotes hold brackets, commas and quotes', () => {
    assert.deepEqual(
      readType(`MAP(ENUM('a)', 'b'', ('), STRUCT("x"", y)" DECIMAL(5,2)[3][], z TIMESTAMP WITH TIME ZONE))`),
      {
        kind: 'map',
        key: { kind: 'enum' },
        value: {
          kind: 'struct',
          members: [
            {
              name: 'x", y)',
              type: {
                kind: 'list',
                of: { kind: 'list', of: { kind: 'plain', name: 'DECIMAL(5,2)' }, length: 3 },
                length: null,
              },
            },
            { name: 'z', type: { kind: 'plain', name: 'TIMESTAMP WITH TIME ZONE' } },
          ],
        },
      },
    )
  })

  for (const wrong of [
    'STRUCT("a" INTEGER))',
    `ENUM('a'`,
    `ENUM('a', b)`,
    'STRUCT("" INTEGER)',
    'STRUCT("a INTEGER)',
    'MAP(INTEGER)',
    'INTEGER INTEGER',
    'INTEGER;',
    'integer --',
    'DECIMAL(5,2',
    'INTEGER\0',
    'FOREIGN',
    `${'STRUCT("a" '.repeat(500)}INTEGER${')'.repeat(500)}`,
  ])
    it(`is not taken apart: ${wrong.slice(0, 30)}`, () => assert.equal(readType(wrong), null))
})
