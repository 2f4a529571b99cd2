import assert from 'node:assert/strict'
import { append, type Bench, code, column, events, eventsSpec, idsOf, ndjson, rowsOf } from './bench.ts'

export const appendSpecifications = ({ specification }: Bench): void => {
  specification('gives back every value of every type as it was', async ({ lake }) => {
    const table = await lake.ensureTable({
      name: 'types',
      partitionBy: [],
      columns: [
        column('id', 'string'),
        column('byte', 'byte'),
        column('short', 'short'),
        column('integer', 'integer'),
        column('long', 'long'),
        column('float', 'float'),
        column('double', 'double'),
        column('boolean', 'boolean'),
        column('date', 'date'),
        column('timestamp', 'timestamp'),
        column('decimal', 'decimal(20,2)'),
        column('struct', {
          type: 'struct',
          fields: [column('a', 'long'), column('b', { type: 'struct', fields: [column('c', 'date')] })],
        }),
        column('array', { type: 'array', elementType: 'integer', containsNull: true }),
        column('map', { type: 'map', keyType: 'string', valueType: 'double', valueContainsNull: true }),
      ],
    })
    const full = {
      id: 'Zoë 😀 "quoted"\n\u0001',
      byte: -128,
      short: 32_767,
      integer: -2_147_483_648,
      long: '9007199254740993',
      float: 0.5,
      double: 0.1 + 0.2,
      boolean: false,
      date: '1969-12-31',
      timestamp: '1969-12-31T23:59:59.999999Z',
      decimal: '123456789012345678.25',
      struct: { a: 5, b: { c: '2026-02-28' } },
      array: [1, null, 3],
      map: { k: 1.5 },
    }
    const empty = { id: 'z' }
    await append(table, [full, empty])
    const [first, second] = await rowsOf(table)
    assert.deepEqual(first, { ...full, map: [{ key: 'k', value: 1.5 }] })
    assert.deepEqual(
      Object.entries(second ?? {}).filter(([, value]) => value !== null),
      [['id', 'z']],
    )
  })

  specification('takes rows in several parts and counts them', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    const rows = [ndjson(events(0, 3)), new Uint8Array(0), ndjson(events(3, 2, '2026-01-06'))]
    const commit = await table.append({ rows, rowCount: 5 })
    assert.deepEqual([commit.version, commit.rowCount, commit.files], [1, 5, 2])
    assert.equal((await idsOf(table)).length, 5)
    await assert.rejects(table.append({ rows, rowCount: 6 }), code('INVALID_ARGUMENT'))
    assert.equal((await table.snapshot()).version, 1)
  })

  const misfits: readonly [string, string | null, string][] = [
    ['{"id":"a","amount":"much"}', 'amount', 'text for a number'],
    ['{"id":"a","count":1.5}', 'count', 'a fraction for an integer'],
    ['{"id":"a","count":3000000000}', 'count', 'an integer beyond 32 bits'],
    ['{"id":"a","position":0.5}', 'position', 'a fraction for a long'],
    ['{"id":"a","at":"yesterday"}', 'at', 'text for a timestamp'],
    ['{"id":"a","day":"2026-02-30"}', 'day', 'a day that is not in the calendar'],
    ['{"id":"a","place":7}', 'place', 'a number for a struct'],
    ['{"id":"a","place":{"lat":"north"}}', 'place.lat', 'text for a member'],
    ['{"id":"a\\ud83d"}', 'id', 'half of a surrogate pair'],
    ['{"amount":1}', 'id', 'nothing for a required column'],
    ['{"id":"a"', null, 'half a row'],
    ['[1]', null, 'a row that is no object'],
  ]
  for (const [row, name, title] of misfits)
    specification(`refuses ${title}, naming row and column, and writes nothing`, async ({ lake }) => {
      const table = await lake.ensureTable(eventsSpec)
      const good = ndjson(events(0, 2))
      const bad = new TextEncoder().encode(`${row}\n`)
      await assert.rejects(table.append({ rows: [good, bad], rowCount: 3 }), (error: unknown) => {
        const { code: found, details } = error as { code: string; details: Record<string, unknown> }
        assert.deepEqual([found, details['row'], details['column']], ['LAKE_SCHEMA_MISMATCH', 3, name])
        return true
      })
      assert.equal((await table.snapshot()).version, 0)
      await append(table, events(0, 1))
      assert.deepEqual(await idsOf(table), ['e000000'])
    })

  specification('keeps positions of sources in the version of their rows', async ({ lake, another }) => {
    const table = await lake.ensureTable(eventsSpec)
    await append(table, events(0, 2), [{ appId: 'sink:t:0', version: 1, expected: null }])
    await append(table, events(2, 2), [
      { appId: 'sink:t:0', version: 3, expected: 1 },
      { appId: 'sink:t:1', version: 7, expected: null },
    ])
    const other = await (await another()).open('events')
    const { transactions } = (await other?.snapshot()) ?? {}
    assert.deepEqual(Object.fromEntries(transactions ?? []), { 'sink:t:0': 3, 'sink:t:1': 7 })
    assert.deepEqual(Object.fromEntries((await table.snapshot({ version: 1 })).transactions), {
      'sink:t:0': 1,
    })
  })

  specification('a writer whose position was taken by another adds nothing', async ({ lake, another }) => {
    const table = await lake.ensureTable(eventsSpec)
    const zombie = await (await another()).ensureTable(eventsSpec)
    await zombie.snapshot()
    await append(table, events(0, 2), [{ appId: 'sink', version: 2, expected: null }])
    const late = append(zombie, events(0, 2), [{ appId: 'sink', version: 2, expected: null }])
    await assert.rejects(late, code('LAKE_TRANSACTION_CONFLICT'))
    assert.equal((await zombie.snapshot()).rowCount, 2)
  })

  specification('a version without rows moves positions', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    const commit = await append(table, [], [{ appId: 'sink', version: 9, expected: null }])
    assert.deepEqual([commit.version, commit.rowCount, commit.files], [1, 0, 0])
    assert.equal((await table.snapshot()).transactions.get('sink'), 9)
  })

  specification('loses no rows of writers that append at the same time', async ({ lake, another }) => {
    const tables = [await lake.ensureTable(eventsSpec)]
    for (let i = 0; i < 2; i++) tables.push(await (await another()).ensureTable(eventsSpec))
    await Promise.all(
      tables.map(async (table, writer) => {
        for (let i = 0; i < 4; i++) await append(table, events(1000 * writer + 10 * i, 10))
      }),
    )
    const [table] = tables
    const ids = table === undefined ? [] : await idsOf(table)
    assert.equal(ids.length, 120)
    assert.equal(new Set(ids).size, 120)
    assert.equal((await table?.snapshot())?.version, 12)
  })

  specification('keeps rows with a null partition value', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    await append(table, [{ id: 'a' }, { id: 'b', day: '2026-01-05' }])
    assert.deepEqual(
      (await rowsOf(table, { columns: ['id', 'day'] })).map(({ day }) => day),
      [null, '2026-01-05'],
    )
    assert.deepEqual(await idsOf(table, { where: [{ column: 'day', op: '>=', value: '2026-01-01' }] }), ['b'])
  })

  specification('takes names of columns that engines use themselves', async ({ lake }) => {
    const names = ['file_index', 'filename', 'rowid', 'select', 'c0', 'Größe', "it's"]
    const table = await lake.ensureTable({
      name: 'names',
      partitionBy: ['p'],
      columns: [
        ...names.map(name => column(name, 'integer')),
        column('id', 'string'),
        column('p', 'integer'),
      ],
    })
    const rows = [1, 2].map(n => ({
      ...Object.fromEntries(names.map((name, i) => [name, 10 * n + i])),
      id: String(n),
      p: n,
    }))
    await append(table, rows)
    assert.deepEqual(await rowsOf(table), rows)
    assert.deepEqual(await idsOf(table, { where: [{ column: 'file_index', op: '>', value: 15 }] }), ['2'])
  })

  specification('takes partition values with any character', async ({ lake }) => {
    const table = await lake.ensureTable({
      name: 'odd',
      partitionBy: ['kind'],
      columns: [column('id', 'string'), column('kind', 'string')],
    })
    const kinds = ['a/b', 'x=y', '100%', 'é😀', ' leading', "o'clock", 'a:b?c#d', '..']
    await append(
      table,
      kinds.map((kind, index) => ({ id: String(index), kind })),
    )
    assert.deepEqual(
      (await rowsOf(table)).map(({ kind }) => kind),
      kinds,
    )
    for (const [index, kind] of kinds.entries())
      assert.deepEqual(await idsOf(table, { where: [{ column: 'kind', op: '=', value: kind }] }), [
        String(index),
      ])
  })
}
