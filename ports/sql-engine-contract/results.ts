import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { SharedFixture } from './sql-engine-contract.ts'
import { column, NUMBERS, outcomeOf, request } from './sql-engine-contract.ts'

/** Columns, values and how a result is cut. */
export const resultsContract = (shared: SharedFixture): void => {
  it('gives columns with types, rows in order and a summary', async () => {
    const fixture = await shared()
    const data = await fixture.relation({
      name: 'data',
      columns: NUMBERS,
      files: [{ rows: [{ id: 2, amount: 1.5 }] }, { rows: [{ id: 1, amount: null }] }],
    })
    const { columns, rows, summary } = await outcomeOf(
      fixture.engine,
      request('SELECT id, amount FROM data ORDER BY id', [data]),
    )
    assert.deepEqual(
      columns.map(({ name, type }) => [name, type]),
      [
        ['id', 'INTEGER'],
        ['amount', 'DOUBLE'],
      ],
    )
    assert.deepEqual(rows, [
      [1, null],
      [2, 1.5],
    ])
    assert.deepEqual([summary.rowCount, summary.truncated, summary.plan], [2, false, null])
    assert.deepEqual([summary.filesScanned, summary.filesSkipped], [2, 0])
    assert.equal(summary.bytesScanned, data.snapshot.sizeBytes)
    assert.ok(summary.elapsedMs > 0 && summary.queuedMs >= 0)
  })

  it('gives values as JSON has them, and as text what JSON lacks', async () => {
    const fixture = await shared()
    const values: readonly [string, unknown][] = [
      ['9007199254740991::BIGINT', 9007199254740991],
      ['9007199254740993::BIGINT', '9007199254740993'],
      ['12.50::DECIMAL(10,2)', '12.50'],
      ["'NaN'::DOUBLE", 'NaN'],
      ["'-inf'::DOUBLE", '-Infinity'],
      ["DATE '2024-02-29'", '2024-02-29'],
      ["TIMESTAMPTZ '2024-02-29 12:00:00.000001+00'", '2024-02-29T12:00:00.000001Z'],
      ["TIMESTAMPTZ '1969-12-31 23:59:59.5+00'", '1969-12-31T23:59:59.500Z'],
      ["TIMESTAMP '2024-02-29 12:00:00'", '2024-02-29T12:00:00'],
      ["'\\xAB\\x01'::BLOB", 'ab01'],
      ["{'lat': 1.5::DOUBLE, 'tags': ['a', NULL]}", { lat: 1.5, tags: ['a', null] }],
      ["MAP {'a': 1}", [{ key: 'a', value: 1 }]],
      ['true', true],
      ['NULL', null],
    ]
    const list = values.map(([expression]) => expression).join(', ')
    const { rows } = await outcomeOf(fixture.engine, request(`SELECT ${list}`))
    assert.deepEqual(
      rows[0],
      values.map(([, value]) => value),
    )
  })

  it('keeps columns of the same name and objects with odd members', async () => {
    const fixture = await shared()
    const { columns, rows } = await outcomeOf(
      fixture.engine,
      request(`SELECT 1 AS a, 2 AS a, {'constructor': 3} AS s`),
    )
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['a', 'a', 's'],
    )
    assert.equal(JSON.stringify(rows), '[[1,2,{"constructor":3}]]')
  })

  it('binds parameters by position and by name', async () => {
    const fixture = await shared()
    const { engine } = fixture
    const byPosition = request('SELECT ?::INTEGER + 1, ?', [], { params: [1, "'; DROP TABLE data; --"] })
    assert.deepEqual((await outcomeOf(engine, byPosition)).rows, [[2, "'; DROP TABLE data; --"]])
    const byName = request('SELECT $b || $a, $c IS NULL', [], { params: { a: 'x', b: 'y', c: null } })
    assert.deepEqual((await outcomeOf(engine, byName)).rows, [['yx', true]])
    const limit = request('SELECT * FROM range(5) LIMIT $1', [], { params: [2] })
    assert.deepEqual((await outcomeOf(engine, limit)).rows, [[0], [1]])
  })

  it('refuses parameters that are missing, too many or no values', async () => {
    const fixture = await shared()
    const params = [[], [1, 2], [Number.NaN], [{}]] as never[]
    for (const given of params)
      await assert.rejects(outcomeOf(fixture.engine, request('SELECT $1', [], { params: given })), {
        code: 'SQL_PARAMETER',
      })
  })

  it('cuts a result at its most rows and says so', async () => {
    const fixture = await shared()
    const { engine } = fixture
    for (const [rows, truncated] of [
      [2999, true],
      [3000, false],
      [3001, false],
    ] as const) {
      const result = await outcomeOf(engine, request('SELECT * FROM range(3000)', [], { maxRows: rows }))
      assert.deepEqual([result.rows.length, result.summary.truncated], [Math.min(rows, 3000), truncated])
      assert.equal(result.summary.rowCount, result.rows.length)
    }
  })

  it('cuts a result at its most bytes', async () => {
    const fixture = await shared()
    const asked = request("SELECT repeat('x', 1000) FROM range(100)", [], { maxBytes: 10_100 })
    const { rows, summary } = await outcomeOf(fixture.engine, asked)
    assert.deepEqual([rows.length, summary.truncated], [10, true])
    const large = request("SELECT repeat('x', 1000000)", [], { maxBytes: 1000 })
    const cut = await outcomeOf(fixture.engine, large)
    assert.deepEqual([cut.rows.length, cut.summary.truncated], [0, true])
  })

  it('streams more rows than it holds at once', async () => {
    const fixture = await shared()
    const asked = request('SELECT * FROM range(200000)', [], { maxRows: 1_000_000 })
    const { rows } = await outcomeOf(fixture.engine, asked)
    assert.equal(rows.length, 200_000)
    assert.ok(rows.every(([value], index) => value === index))
  })

  it('tells the plan when asked, without the place of any file', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 1 }] }] })
    const asked = request('SELECT * FROM data WHERE id > $1', [data], { plan: true, params: [0] })
    const { summary } = await outcomeOf(fixture.engine, asked)
    assert.match(summary.plan ?? '', /PARQUET|SCAN/)
    assert.doesNotMatch(summary.plan ?? '', /\.parquet|\/tmp/)
  })

  it('validates without running: columns, relations, bytes', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 1 }] }] })
    const other = await fixture.relation({
      name: 'shop.Orders',
      columns: [column('at', 'timestamp')],
      files: [],
    })
    const checked = await fixture.engine.validate('SELECT max("at") AS last, 1/0 AS a FROM SHOP.orders', [
      data,
      other,
    ])
    assert.deepEqual(
      checked.columns.map(({ name, type }) => [name, type]),
      [
        ['last', 'TIMESTAMP WITH TIME ZONE'],
        ['a', 'DOUBLE'],
      ],
    )
    assert.deepEqual([checked.relations, checked.bytesToScan], [['shop.Orders'], 0])
    assert.equal((await fixture.engine.validate('FROM data', [data])).bytesToScan, data.snapshot.sizeBytes)
  })
}
