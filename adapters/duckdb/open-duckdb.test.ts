import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Column } from '#ports/lake.ts'
import { jsonColumns } from './json-columns.ts'
import { openDuckdb } from './open-duckdb.ts'
import { quoteName } from './quote-name.ts'
import { quoteText } from './quote-text.ts'

const scratch = await mkdtemp(join(tmpdir(), 'duckdb-'))
after(() => rm(scratch, { recursive: true, force: true }))

const query = async (sql: string): Promise<Record<string, unknown>[]> => {
  const instance = await openDuckdb({ threads: 1, memoryMb: 64 })
  try {
    const connection = await instance.connect()
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    instance.closeSync()
  }
}

test('neither installs nor loads extensions by itself, and is in UTC', async () => {
  const settings = [
    'autoinstall_known_extensions',
    'autoload_known_extensions',
    'TimeZone',
    'memory_limit',
    'threads',
    'temp_directory',
  ]
  const [found] = await query(
    `SELECT ${settings.map(name => `current_setting('${name}') AS ${quoteName(name)}`).join(', ')}`,
  )
  assert.deepEqual(Object.values(found ?? {}), [false, false, 'UTC', '64.0 MiB', '1', ''])
})

test('names and texts keep every character', async () => {
  for (const text of [`it's "quoted"`, 'a.b', '', '\\', '%s; --', 'é😀\n'].filter(each => each !== '')) {
    const [row] = await query(`SELECT ${quoteText(text)} AS ${quoteName(text)}`)
    assert.deepEqual(row, { [text]: text })
  }
})

test('columns of JSON have the types of the table, however they are named', async () => {
  const columns: Column[] = [
    { name: `odd "name's`, type: 'long', nullable: true },
    { name: 'at', type: 'timestamp', nullable: true },
    { name: 'price', type: 'decimal(10,2)', nullable: true },
    {
      name: 's',
      type: {
        type: 'struct',
        fields: [
          {
            name: `in "it's`,
            type: { type: 'array', elementType: 'date', containsNull: true },
            nullable: true,
          },
          {
            name: 'm',
            type: { type: 'map', keyType: 'string', valueType: 'integer', valueContainsNull: true },
            nullable: true,
          },
        ],
      },
      nullable: true,
    },
  ]
  const file = join(scratch, 'rows.ndjson')
  const row = {
    [`odd "name's`]: 5,
    at: '2026-01-05T00:00:00Z',
    price: 1.25,
    s: { [`in "it's`]: ['2026-01-05'], m: { k: 1 } },
  }
  await writeFile(file, `${JSON.stringify(row)}\n`)
  const source = `read_json(${quoteText(file)}, format = 'newline_delimited', columns = ${jsonColumns(columns)})`
  assert.deepEqual(
    (await query(`DESCRIBE SELECT * FROM ${source}`)).map(each => each['column_type']),
    [
      'BIGINT',
      'TIMESTAMP WITH TIME ZONE',
      'DECIMAL(10,2)',
      `STRUCT("in ""it's" DATE[], m MAP(VARCHAR, INTEGER))`,
    ],
  )
  assert.equal((await query(`SELECT * FROM ${source}`)).length, 1)
})
