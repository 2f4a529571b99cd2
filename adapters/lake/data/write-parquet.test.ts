import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, ColumnType } from '#ports/lake.ts'
import { createDuckdbJobs } from './duckdb-jobs.ts'
import { rowSource } from './row-source.ts'
import { writeParquet, type WrittenFile } from './write-parquet.ts'

const scratch = await mkdtemp(join(tmpdir(), 'write-parquet-'))
after(() => rm(scratch, { recursive: true, force: true }))

const column = (name: string, type: ColumnType): Column => ({ name, type, nullable: true })
let runs = 0

const write = async (
  columns: readonly Column[],
  rows: readonly object[],
  partitionBy: readonly string[] = [],
) => {
  const source = join(scratch, `${++runs}.ndjson`)
  await writeFile(source, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
  const jobs = createDuckdbJobs({ threads: 1, memoryMb: 128 })
  const files = await jobs.run(connection =>
    writeParquet(connection, {
      select: rowSource(columns, source, 1000),
      columns,
      partitionBy,
      directory: join(scratch, String(runs)),
      bytesPerRow: 32 << 10,
    }),
  )
  const query = (sql: (path: string) => string, file: WrittenFile) =>
    jobs.run(async connection =>
      (await connection.runAndReadAll(sql(quoteText(file.localPath)))).getRowObjectsJson(),
    )
  return { files, query, [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose]() }
}

test('Parquet has the physical types that readers of Delta expect, and zstd', async () => {
  const columns = [
    column('i', 'integer'),
    column('l', 'long'),
    column('d', 'double'),
    column('b', 'boolean'),
    column('t', 'timestamp'),
    column('s', { type: 'struct', fields: [column('x', 'double')] }),
  ]
  const row = { i: 1, l: 2, d: 3, b: true, t: '2026-01-05T00:00:00.000001Z', s: { x: 1 } }
  await using written = await write(columns, [row])
  const [file] = written.files
  assert.ok(file)
  const schema = await written.query(
    path => `SELECT name, type, logical_type FROM parquet_schema(${path})`,
    file,
  )
  const types = Object.fromEntries(schema.map(each => [each['name'], each['type']]))
  assert.deepEqual(
    [types['i'], types['l'], types['d'], types['b'], types['t'], types['x']],
    ['INT32', 'INT64', 'DOUBLE', 'BOOLEAN', 'INT64', 'DOUBLE'],
  )
  const instant = String(schema.find(each => each['name'] === 't')?.['logical_type'])
  assert.match(instant, /isAdjustedToUTC=1/)
  assert.match(instant, /MICROS/)
  const [codec] = await written.query(
    path => `SELECT DISTINCT compression FROM parquet_metadata(${path})`,
    file,
  )
  assert.equal(codec?.['compression'], 'ZSTD')
})

test('rows keep their order within a partition, over many row groups, and partition columns are not in the files', async () => {
  const columns = [column('n', 'long'), column('p', 'string')]
  const rows = Array.from({ length: 9000 }, (_, n) => ({ n, p: n % 2 === 0 ? 'even/=' : null }))
  await using written = await write(columns, rows, ['p'])
  assert.deepEqual(
    written.files
      .map(({ partition, rowCount, path }) => [partition['p'], rowCount, path.split('/')[0]])
      .sort(),
    [
      [null, 4500, 'p=__HIVE_DEFAULT_PARTITION__'],
      ['even/=', 4500, 'p=even%2F%3D'],
    ],
  )
  for (const file of written.files) {
    const found = await written.query(
      path => `SELECT * FROM read_parquet(${path}, hive_partitioning = false)`,
      file,
    )
    assert.deepEqual(Object.keys(found[0] ?? {}), ['n'])
    const numbers = found.map(each => Number(each['n']))
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
    const groups = await written.query(
      path => `SELECT count(DISTINCT row_group_id) AS n FROM parquet_metadata(${path})`,
      file,
    )
    assert.ok(Number(groups[0]?.['n']) > 1)
  }
})

test('statistics have bounds that hold for every value, and none where Delta has none', async () => {
  const columns = [
    column('float', 'float'),
    column('nan', 'double'),
    column('infinite', 'double'),
    column('long', 'long'),
    column('flag', 'boolean'),
    column('empty', 'string'),
    column('at', 'timestamp'),
    column('s', { type: 'struct', fields: [column('x', 'integer')] }),
    column('list', { type: 'array', elementType: 'integer', containsNull: true }),
  ]
  await using written = await write(columns, [
    {
      float: 0.1,
      nan: 1,
      infinite: 2,
      long: '9007199254740993',
      flag: true,
      at: '1969-12-31T23:59:59.999999Z',
      s: { x: 4 },
      list: [1],
    },
    {
      float: 0.3,
      nan: 'NaN',
      infinite: 'Infinity',
      long: 1,
      flag: false,
      at: '2026-01-05T12:00:00Z',
      s: null,
    },
  ])
  assert.deepEqual(written.files[0]?.stats, {
    rowCount: 2,
    min: {
      float: Math.fround(0.1),
      nan: 1,
      infinite: 2,
      long: 1,
      at: '1969-12-31T23:59:59.999999Z',
      's.x': 4,
    },
    max: { float: Math.fround(0.3), long: '9007199254740993', at: '2026-01-05T12:00:00.000000Z', 's.x': 4 },
    nullCount: { float: 0, nan: 0, infinite: 0, long: 0, flag: 0, empty: 2, at: 0, 's.x': 1 },
  })
})
