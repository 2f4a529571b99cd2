import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Lake, LakeTable, Snapshot, SnapshotAt } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import { tfd } from '#use-cases/tfd.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { createCatalog } from './catalog.ts'
import { sqlType } from './sql-type.ts'

const entities = (of: string, fields: string) =>
  `query($r: [_Any!]!) { _entities(representations: $r) { ... on ${of} { ${fields} } } }`

interface StoredRow {
  table: { name: string }
  version: number
  row: { transaction_id: string; timestamp: string; location: object; _partition: number; _offset: number }
}

interface Versions {
  edges: { node: { version: number; addedRows: number } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

describe('entities', () => {
  let graph: TestGraph
  before(async () => {
    graph = await openTestGraph()
    await graph.produce('TFD', 40)
    await graph.produce('ETA', 5)
  })
  after(() => graph[Symbol.asyncDispose]())
  const idOf = (seq: number, useCase = 'TFD') => encodePredictionId({ useCase, session: 's1', seq })
  const storedRows = (ids: readonly string[]) =>
    graph.ask<{ _entities: { storedRow: StoredRow | null }[] }>(
      entities('Prediction', 'storedRow { table { name } version row }'),
      {
        r: ids.map(id => ({ __typename: 'Prediction', id })),
      },
    )

  test('a use case has its events and all its tables', async () => {
    const { data, errors } = await graph.ask<{
      _entities: [{ table: object; tables: { kind: string; useCase: { id: string } }[] }]
    }>(entities('UseCase', 'id table { name rowCount lag } tables { name kind useCase { id } }'), {
      r: [{ __typename: 'UseCase', id: 'TFD' }],
    })
    assert.deepEqual(errors, [])
    const [{ table, tables }] = data._entities
    assert.deepEqual(table, { name: 'tfd.events', rowCount: 0, lag: 40 })
    assert.deepEqual(
      tables.map(({ kind }) => kind),
      ['EVENTS', 'PREDICTIONS', 'OUTCOMES', 'LABELS', 'QUARANTINE'],
    )
    assert.equal(tables[1]?.useCase.id, 'TFD')
  })

  test('a prediction whose event is not in the lake yet has no stored row', async () => {
    const { data, errors } = await storedRows([idOf(0)])
    assert.deepEqual([data._entities, errors], [[{ storedRow: null }], []])
  })

  test('the rows of many predictions come with two scans a use case', async () => {
    await graph.sink('TFD')
    await graph.sink('ETA')
    await new Promise(resolve => setTimeout(resolve, 1100))
    const scans: string[] = []
    const { catalog } = graph.services
    for (const entry of catalog.entries) {
      const table = await catalog.table(entry)
      const { scan } = table
      Object.assign(table, {
        scan: (...args: Parameters<typeof scan>) => (scans.push(entry.sqlName), scan(...args)),
      })
    }
    const ids = [
      ...Array.from({ length: 30 }, (_, seq) => idOf(seq)),
      idOf(2, 'ETA'),
      idOf(999),
      idOf(0, 'NONE'),
    ]
    const { data, errors } = await storedRows(ids)
    assert.deepEqual(errors, [])
    const found = data._entities.map(({ storedRow }) => storedRow as StoredRow)
    assert.deepEqual(found.slice(-2), [null, null])
    assert.equal(found[0]?.table.name, 'tfd.events')
    assert.equal(found[30]?.table.name, 'eta.events')
    assert.equal(found[0]?.version, 1)
    const { row } = found[0] as StoredRow
    assert.deepEqual(Object.keys(row.location), ['lat', 'lon'])
    assert.match(row.timestamp, /^2026-01-05T/)
    assert.equal(new Set(found.slice(0, 30).map(each => each.row.transaction_id)).size, 30)
    // One of the events by each of its log's partitions.
    assert.ok(scans.length <= 2 + 3 + 1, scans.join(' '))
  })

  test('the row is that of the very event', async () => {
    const { data } = await storedRows([idOf(7)])
    const [{ storedRow } = { storedRow: null }] = data._entities
    const { row } = storedRow as StoredRow
    const { data: same } = await graph.ask<{ sql: { rows: unknown[][] } }>(
      '{ sql(statement: "SELECT event_id, source_partition, source_offset FROM tfd.predictions WHERE seq = 7") { rows } }',
    )
    assert.deepEqual(same.sql.rows, [[row.transaction_id, row._partition, row._offset]])
  })

  test('one id that is none fails alone', async () => {
    const { data, errors } = await storedRows([idOf(1), 'nonsense'])
    assert.ok(data._entities[0]?.storedRow)
    assert.deepEqual(
      errors.map(({ code, path }) => [code, path]),
      [['INVALID_ID', '_entities.1.storedRow']],
    )
  })

  test('versions go back in pages', async () => {
    await graph.produce('TFD', 3)
    await graph.sink('TFD')
    const ask = (after: string | null) =>
      graph.ask<{ table: { versions: Versions } }>(
        'query($a: String) { table(name: "TFD.Events") { versions(first: 2, after: $a) { edges { node { version operation addedRows engine } } pageInfo { hasNextPage endCursor } } } }',
        { a: after },
      )
    const first = (await ask(null)).data.table.versions
    assert.deepEqual(
      first.edges.map(({ node }) => [node.version, node.addedRows]),
      [
        [2, 3],
        [1, 40],
      ],
    )
    const second = (await ask(first.pageInfo.endCursor)).data.table.versions
    assert.deepEqual(
      second.edges.map(({ node }) => node.version),
      [0],
    )
    assert.equal(second.pageInfo.hasNextPage, false)
    assert.equal((await ask('x')).errors[0]?.code, 'INVALID_CURSOR')
  })
})

describe('the catalog', () => {
  const snapshotOf = (version: number) => ({ version }) as Snapshot
  function fake(snapshot: (at?: SnapshotAt) => Promise<Snapshot>) {
    const created: string[] = []
    const table = { snapshot } as LakeTable
    const lake = {
      open: async () => null,
      ensureTable: async ({ name }: { name: string }) => (created.push(name), table),
    } as unknown as Lake
    let clock = 0
    const catalog = createCatalog({ lake, useCases: [tfd], now: () => clock })
    return { catalog, created, entry: catalog.find('tfd.events')!, pass: (ms: number) => (clock += ms) }
  }

  test('looks at a table once a second, whoever asks, and creates one that is missing', async () => {
    let looks = 0
    const { catalog, created, entry, pass } = fake(async () => snapshotOf(++looks))
    const both = await Promise.all([catalog.snapshot(entry), catalog.snapshot(entry)])
    assert.deepEqual(
      both.map(({ version }) => version),
      [1, 1],
    )
    pass(999)
    assert.equal((await catalog.snapshot(entry)).version, 1)
    pass(1)
    assert.equal((await catalog.snapshot(entry)).version, 2)
    assert.deepEqual(created, ['transaction_fraud_detection'])
  })

  test('stands at the last good version while the newest is corrupt, and says so', async () => {
    let isCorrupt = true
    const { catalog, entry, pass } = fake(async at => {
      if (at && 'version' in at) return snapshotOf(at.version)
      if (!isCorrupt) return snapshotOf(6)
      throw new PortError('LAKE_TABLE_CORRUPT', 'Version 5 is broken.', { details: { lastGood: 4 } })
    })
    assert.equal((await catalog.snapshot(entry)).version, 4)
    assert.equal(await catalog.problem(entry), 'Version 5 is broken.')
    isCorrupt = false
    pass(1000)
    assert.equal((await catalog.snapshot(entry)).version, 6)
    assert.equal(await catalog.problem(entry), null)
  })

  test('asks again some time after a failure', async () => {
    let looks = 0
    const { catalog, entry, pass } = fake(async () => {
      if (++looks === 1) throw new PortError('ENGINE_UNREACHABLE', 'away')
      return snapshotOf(1)
    })
    await assert.rejects(catalog.snapshot(entry), { code: 'ENGINE_UNREACHABLE' })
    await assert.rejects(catalog.snapshot(entry), { code: 'ENGINE_UNREACHABLE' })
    assert.equal(looks, 1)
    pass(1000)
    assert.equal((await catalog.snapshot(entry)).version, 1)
  })
})

test('types are named as statements name them', () => {
  const column = (name: string, type: 'double' | 'string') => ({ name, type, nullable: true })
  assert.equal(
    sqlType({ type: 'struct', fields: [column('lat', 'double'), column('x y', 'string')] }),
    'STRUCT(lat DOUBLE, "x y" VARCHAR)',
  )
  assert.equal(sqlType({ type: 'array', elementType: 'long', containsNull: true }), 'BIGINT[]')
  assert.equal(
    sqlType({ type: 'map', keyType: 'string', valueType: 'date', valueContainsNull: true }),
    'MAP(VARCHAR, DATE)',
  )
  assert.equal(sqlType('decimal(9,2)'), 'DECIMAL(9,2)')
  assert.equal(sqlType('timestamp'), 'TIMESTAMP WITH TIME ZONE')
})
