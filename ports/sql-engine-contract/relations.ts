import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { SqlRelation } from '../sql-engine.ts'
import type { SharedFixture } from './sql-engine-contract.ts'
import { column, NUMBERS, outcomeOf, request } from './sql-engine-contract.ts'

const DAYS = [column('id', 'integer'), column('day', 'date')]
const encode = (rows: readonly object[]) => [
  new TextEncoder().encode(rows.map(row => `${JSON.stringify(row)}\n`).join('')),
]

/** What relations show: partitions, older files, tails, projections, and which files are left alone. */
export const relationsContract = (shared: SharedFixture): void => {
  it('shows partition columns with their types, and those of no partition as null', async () => {
    const fixture = await shared()
    const data = await fixture.relation({
      name: 'data',
      columns: DAYS,
      partitionBy: ['day'],
      files: [
        { rows: [{ id: 1 }], partition: { day: '2024-01-01' } },
        { rows: [{ id: 2 }], partition: { day: '2024-01-02' } },
        { rows: [{ id: 3 }], partition: { day: null } },
      ],
    })
    const { rows } = await outcomeOf(
      fixture.engine,
      request('SELECT id, day, day + 1 FROM data ORDER BY id', [data]),
    )
    assert.deepEqual(rows, [
      [1, '2024-01-01', '2024-01-02'],
      [2, '2024-01-02', '2024-01-03'],
      [3, null, null],
    ])
  })

  it('fills columns that older files lack with null, members of structs too', async () => {
    const fixture = await shared()
    const place = (...names: string[]) =>
      column('place', { type: 'struct', fields: names.map(name => column(name, 'double')) })
    const data = await fixture.relation({
      name: 'data',
      columns: [column('id', 'integer'), place('lat', 'lon'), column('note', 'string')],
      files: [
        { rows: [{ id: 1, place: { lat: 1 } }], columns: [column('id', 'integer'), place('lat')] },
        { rows: [{ id: 2, place: { lat: 2, lon: 3 }, note: 'n' }] },
      ],
    })
    const { rows } = await outcomeOf(fixture.engine, request('FROM data ORDER BY id', [data]))
    assert.deepEqual(rows, [
      [1, { lat: 1, lon: null }, null],
      [2, { lat: 2, lon: 3 }, 'n'],
    ])
  })

  it('adds the rows of a tail to those of the files', async () => {
    const fixture = await shared()
    const data = await fixture.relation({
      name: 'data',
      columns: DAYS,
      partitionBy: ['day'],
      files: [{ rows: [{ id: 1 }], partition: { day: '2024-01-01' } }],
    })
    const tail = encode([{ id: 2, day: '2024-01-02' }, { id: 3 }])
    const ids = async (relation: SqlRelation) =>
      (await outcomeOf(fixture.engine, request('SELECT id, day FROM data ORDER BY 1', [relation]))).rows
    assert.deepEqual(await ids({ ...data, tail }), [
      [1, '2024-01-01'],
      [2, '2024-01-02'],
      [3, null],
    ])
    assert.deepEqual(await ids({ ...data, tail, tailOnly: true }), [
      [2, '2024-01-02'],
      [3, null],
    ])
    assert.deepEqual(await ids({ ...data, tail: encode([{ id: 4 }]), tailOnly: true }), [[4, null]])
    assert.deepEqual(await ids({ ...data, tailOnly: true }), [])
  })

  it('shows a projection in the place of the columns', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 7 }] }] })
    const projection = [
      { column: column('number', 'integer'), expression: '"id"' },
      { column: column('text', 'string'), expression: `'n' || id` },
    ]
    const asked = (statement: string) => request(statement, [{ ...data, projection }])
    assert.deepEqual((await outcomeOf(fixture.engine, asked('FROM data WHERE number = 7'))).rows, [[7, 'n7']])
    await assert.rejects(outcomeOf(fixture.engine, asked('SELECT amount FROM data')), {
      code: 'SQL_UNKNOWN_NAME',
    })
  })

  it('reads a relation without files as empty, and several relations at once', async () => {
    const fixture = await shared()
    const empty = await fixture.relation({ name: 'shop.empty', columns: NUMBERS, files: [] })
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 7 }] }] })
    const statement = 'SELECT d.id, e.id FROM Data d LEFT JOIN shop.EMPTY e USING (id)'
    assert.deepEqual((await outcomeOf(fixture.engine, request(statement, [empty, data]))).rows, [[7, null]])
  })

  it('leaves files alone that its conditions exclude, and no other', async () => {
    const fixture = await shared()
    const stats = (min: number, max: number) => ({
      rowCount: 2,
      min: { id: min },
      max: { id: max },
      nullCount: { id: 0 },
    })
    const data = await fixture.relation({
      name: 'data',
      columns: DAYS,
      partitionBy: ['day'],
      files: [1, 3, 5, 7].map(id => ({
        rows: [{ id }, { id: id + 1 }],
        partition: { day: `2024-01-0${id}` },
        stats: stats(id, id + 1),
      })),
    })
    const cases: readonly [where: string, files: number, rows: number][] = [
      [`FROM data WHERE day = '2024-01-03'`, 1, 2],
      [`FROM data WHERE day BETWEEN DATE '2024-01-02' AND DATE '2024-01-05' AND id < 6`, 2, 3],
      [`FROM data d WHERE 6 < d.id`, 1, 2],
      [`FROM data WHERE id IN (1, 8)`, 2, 2],
      [`FROM data WHERE id = 1 OR day = '2024-01-03'`, 4, 3],
      [`FROM data WHERE id + 0 = 1`, 4, 1],
      [`WITH d AS (FROM data WHERE id = 1) FROM d`, 1, 1],
      [`FROM (FROM data WHERE id = 1) UNION ALL FROM (FROM data WHERE id = 8)`, 2, 2],
      [`SELECT a.id FROM data a LEFT JOIN data b ON a.id = b.id WHERE a.id = 1 AND b.id IS NULL`, 4, 0],
      [`SELECT a.id FROM data a LEFT JOIN (FROM data WHERE id = 8) b ON a.id = b.id WHERE a.id = 1`, 2, 1],
      [`SELECT b.id FROM data a LEFT JOIN data b ON a.id = b.id + 1 WHERE b.id = 1`, 4, 1],
      [`SELECT a.id FROM data a POSITIONAL JOIN data b WHERE a.id = 8`, 4, 1],
      [`SELECT count(*) FILTER (id = 1) FROM data`, 4, 1],
    ]
    for (const [statement, files, rows] of cases) {
      const result = await outcomeOf(fixture.engine, request(statement, [data]))
      assert.deepEqual([result.summary.filesScanned, result.rows.length], [files, rows], statement)
      assert.equal(result.summary.filesSkipped, 4 - files)
    }
    const byParameter = request('FROM data WHERE day >= $day', [data], { params: { day: '2024-01-06' } })
    assert.equal((await outcomeOf(fixture.engine, byParameter)).summary.filesScanned, 1)
  })
}
