import assert from 'node:assert/strict'
import { append, type Bench, code, column, events, eventsSpec, rowsOf } from './bench.ts'

export const schemaSpecifications = ({ specification }: Bench): void => {
  specification('creates a table once, and opens it after that', async ({ lake, another }) => {
    assert.deepEqual(await lake.tables(), [])
    assert.equal(await lake.open('events'), null)
    const table = await lake.ensureTable(eventsSpec)
    assert.deepEqual([table.name, table.uri], ['events', `${lake.uri}/events`])
    const snapshot = await table.snapshot()
    assert.deepEqual(
      [snapshot.version, snapshot.rowCount, snapshot.files, snapshot.partitionBy],
      [0, 0, [], ['day']],
    )
    assert.deepEqual(snapshot.columns, eventsSpec.columns)
    await lake.ensureTable({ ...eventsSpec, name: 'a-b.c' })
    const other = await another()
    assert.deepEqual(await other.tables(), ['a-b.c', 'events'])
    assert.equal((await (await other.ensureTable(eventsSpec)).snapshot()).version, 0)
  })

  specification(
    'of several processes that create a table one does, and all have it',
    async ({ lake, another }) => {
      const lakes = [lake, await another(), await another()]
      const tables = await Promise.all(lakes.map(each => each.ensureTable(eventsSpec)))
      for (const table of tables) assert.equal((await table.snapshot()).version, 0)
    },
  )

  specification(
    'adds columns and members that are missing, and old rows have null there',
    async ({ lake }) => {
      const table = await lake.ensureTable(eventsSpec)
      await append(table, events(0, 1))
      const wider = {
        ...eventsSpec,
        columns: [
          ...eventsSpec.columns.map(old =>
            old.name === 'place'
              ? column('place', {
                  type: 'struct',
                  fields: [column('lat', 'double'), column('lon', 'double'), column('name', 'string')],
                })
              : old,
          ),
          column('note', 'string', false),
        ],
      }
      await lake.ensureTable(wider)
      assert.deepEqual((await table.snapshot()).columns.at(-1), column('note', 'string', true))
      await append(table, [{ ...events(1, 1)[0], place: { lat: 1, lon: 2, name: 'x' }, note: 'new' }])
      const rows = await rowsOf(table, { columns: ['id', 'place', 'place.lon', 'note'] })
      assert.deepEqual(rows, [
        { id: 'e000000', place: { lat: 0, lon: null, name: 'place 0' }, 'place.lon': null, note: null },
        { id: 'e000001', place: { lat: 1, lon: 2, name: 'x' }, 'place.lon': 2, note: 'new' },
      ])
      // The narrow specification takes nothing away.
      await lake.ensureTable(eventsSpec)
      assert.equal((await table.snapshot()).version, 3)
      assert.equal((await rowsOf(table, { where: [{ column: 'note', op: '=', value: 'new' }] })).length, 1)
    },
  )

  specification(
    'refuses another type, another partitioning and names that differ in case alone',
    async ({ lake }) => {
      await lake.ensureTable(eventsSpec)
      const changed = [
        {
          ...eventsSpec,
          columns: eventsSpec.columns.map(old => (old.name === 'amount' ? column('amount', 'string') : old)),
        },
        { ...eventsSpec, partitionBy: [] },
        {
          ...eventsSpec,
          columns: [...eventsSpec.columns, column('Amount', 'double')].filter(
            ({ name }) => name !== 'amount',
          ),
        },
      ]
      for (const spec of changed) await assert.rejects(lake.ensureTable(spec), code('LAKE_SCHEMA_MISMATCH'))
      const table = await lake.open('events')
      assert.equal((await table?.snapshot())?.version, 0)
    },
  )

  specification('refuses specifications that no engine can hold', async ({ lake }) => {
    const id = column('id', 'string')
    for (const spec of [
      { name: '../up', columns: [id], partitionBy: [] },
      { name: '', columns: [id], partitionBy: [] },
      { name: 't', columns: [id], partitionBy: ['other'] },
      { name: 't', columns: [id], partitionBy: ['id'] },
      { name: 't', columns: [id, column('ID', 'long')], partitionBy: [] },
      { name: 't', columns: [column('a b', 'long')], partitionBy: [] },
    ])
      await assert.rejects(lake.ensureTable(spec), code('INVALID_ARGUMENT'), JSON.stringify(spec))
    assert.deepEqual(await lake.tables(), [])
  })
}
