import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { openDuckdb } from '../../duckdb/open-duckdb.ts'
import { isAllowedFunction } from './allowed-functions.ts'
import { bindableShape } from './bindable-shape.ts'
import { boundColumns } from './bound-columns.ts'
import { isAggregate, isVolatile } from './shape/functions.ts'
import { statementShape } from './statement-shape.ts'

/** Functions of no time and no chance that need no arguments. */
const MAKERS = /^(?:(?:list|array|struct|json|map|row|to_json|union|unpivot)(?:_\w+)?|add|pi)$/

describe('the shape of a statement', () => {
  let instance: DuckDBInstance
  let connection: DuckDBConnection
  before(async () => {
    instance = await openDuckdb({ threads: 1, memoryMb: 100 })
    connection = await instance.connect()
  })
  after(() => {
    connection.closeSync()
    instance.closeSync()
  })
  const shapeOf = (statement: string) => statementShape(connection, statement)

  const filters = [
    'SELECT * FROM data',
    'FROM tfd.events',
    "SELECT a + 1 AS b, list_transform(l, x -> x * 2) FROM events e WHERE e.a > $1 AND b ILIKE '%x'",
    'SELECT * EXCLUDE (a) REPLACE (b * 2 AS b) FROM data WHERE a IN (1, 2) OR c IS NULL',
    'SELECT unnest(l) FROM data',
  ]
  for (const statement of filters) {
    it(`is filter: ${statement}`, async () => assert.deepEqual(await shapeOf(statement), { kind: 'filter' }))
  }

  const others: [statement: string, reason: RegExp][] = [
    ['SELECT a FROM t, u', /joins/],
    ['SELECT a FROM t JOIN u USING (a)', /joins/],
    ['SELECT a FROM t UNION ALL SELECT a FROM u', /several queries/],
    ['WITH q AS (SELECT a FROM t) SELECT * FROM q', /common table/],
    ['SELECT * FROM (SELECT a FROM t)', /something else than a table/],
    ['SELECT 1', /no table/],
    ['VALUES (1)', /something else than a table/],
    ['SELECT a FROM t WHERE a > (SELECT avg(a) FROM t)', /subquery/],
    ['SELECT sum(a) OVER () FROM t', /window/],
    ['SELECT a FROM t QUALIFY row_number() OVER () = 1', /QUALIFY/],
    ['SELECT DISTINCT a FROM t', /DISTINCT/],
    ['SELECT DISTINCT ON (a) a, b FROM t ORDER BY b', /DISTINCT ON/],
    ['SELECT a FROM t LIMIT 5', /LIMIT without ORDER BY/],
    ['SELECT a FROM t ORDER BY a LIMIT $1', /LIMIT is no plain number/],
    ['SELECT a FROM t ORDER BY a LIMIT 1.5', /LIMIT is no plain number/],
    ['SELECT a FROM t ORDER BY a LIMIT 2 OFFSET 1.0', /LIMIT is no plain number/],
    ['SELECT a, count(*) FROM t GROUP BY 1.0', /group is no column/],
    ['SELECT a FROM t ORDER BY a LIMIT 10%', /per cent/],
    ['SELECT a FROM t ORDER BY ALL LIMIT 5', /all columns/],
    ['SELECT a COLLATE NOCASE AS a FROM t ORDER BY a LIMIT 5', /collation/],
    ['SELECT -a AS a FROM t ORDER BY a + 1 LIMIT 5', /expression of an alias/],
    ['SELECT a, count(*) FROM t GROUP BY ROLLUP (a)', /sets of groups/],
    ['SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 2', /HAVING/],
    ['SELECT count(*) FROM t GROUP BY a', /group is no column/],
    ['SELECT round(avg(a), 2) FROM t', /computes with aggregates/],
    ['SELECT sum(a) + sum(b) FROM t', /computes with aggregates/],
    ['SELECT count(DISTINCT a) FROM t', /DISTINCT values/],
    ['SELECT median(a) FROM t', /median\(\) can't be merged/],
    ['SELECT max(a, 3) FROM t', /several arguments/],
    ['SELECT string_agg(a, b ORDER BY c) FROM t', /string_agg\(\) can't be merged/],
    ['SELECT a, sum(b) FROM t GROUP BY a ORDER BY sum(c)', /ordered by something/],
  ]
  for (const [statement, reason] of others) {
    it(`is executed again: ${statement}`, async () => {
      const shape = await shapeOf(statement)
      assert.equal(shape.kind, 'other')
      assert.match((shape as { reason: string }).reason, reason)
      assert.equal((shape as { volatile: boolean }).volatile, false)
    })
  }

  for (const expression of [
    'now()',
    'random()',
    'today()',
    'current_timestamp',
    'current_date',
    'current_localtimestamp()',
    'current_localtime()',
    'uuid()',
    'age(t)',
    "'now'::TIMESTAMP",
    "ago(INTERVAL '1 day')",
  ]) {
    it(`changes with the clock or by chance: ${expression}`, async () => {
      const shape = await shapeOf(`SELECT a FROM t WHERE b > ${expression}`)
      assert.deepEqual([shape.kind, (shape as { volatile?: boolean }).volatile], ['other', true])
    })
  }

  it('changes by chance: a sample', async () => {
    const shape = await shapeOf('SELECT a FROM t USING SAMPLE 10%')
    assert.deepEqual([shape.kind, (shape as { volatile?: boolean }).volatile], ['other', true])
  })

  it('tells whether what is executed again has an order', async () => {
    const ordered = async (statement: string) => ((await shapeOf(statement)) as { ordered?: boolean }).ordered
    assert.equal(await ordered('SELECT DISTINCT a FROM t ORDER BY a'), true)
    assert.equal(await ordered('SELECT a FROM t UNION SELECT a FROM u ORDER BY a'), true)
    assert.equal(await ordered('SELECT DISTINCT a FROM t'), false)
  })

  it('an aggregate names its groups and functions; an average is taken apart', async () => {
    assert.deepEqual(
      await shapeOf(
        'SELECT a, count(*), avg(b) FILTER (WHERE b > 1.50), max(c) FROM t WHERE d = $1 GROUP BY a',
      ),
      {
        kind: 'aggregate',
        partial:
          'SELECT a, count_star(), sum(b) FILTER (WHERE (b > 1.50)), max(c), count(b) FILTER (WHERE (b > 1.50)) AS __live_4 FROM t WHERE (d = $1) GROUP BY a',
        keys: [0],
        aggregates: [
          { column: 1, function: 'count' },
          { column: 2, function: 'avg', count: 4 },
          { column: 3, function: 'max' },
        ],
        order: [],
        limit: null,
        offset: 0,
        aliases: [],
      },
    )
  })

  it('an average of what has no sum is executed again', async () => {
    await connection.run(
      'CREATE TEMP TABLE bound (a INTEGER, d DECIMAL(5,2), f DOUBLE, moment TIMESTAMPTZ, day DATE, span INTERVAL)',
    )
    const bound = async (statement: string) => {
      const prepared = await connection.prepare(statement)
      const params = statement.includes('$1') ? [2] : []
      const columns = await boundColumns(connection, prepared, { statement, params })
      return bindableShape(connection, await shapeOf(statement), columns, params)
    }
    for (const column of ['moment', 'day', 'span', 'moment::TIMESTAMP']) {
      const shape = await bound(`SELECT a, avg(${column}) FROM bound GROUP BY a ORDER BY a`)
      assert.deepEqual([shape.kind, (shape as { ordered?: boolean }).ordered], ['other', true], column)
    }
    for (const column of ['a', 'd', 'f', 'a::HUGEINT', 'd * $1'])
      assert.equal(
        (await bound(`SELECT avg(${column}), sum(${column}) FROM bound`)).kind,
        'aggregate',
        column,
      )
    assert.equal((await bound('SELECT sum(a), max(moment) FROM bound')).kind, 'aggregate')
    assert.equal((await bound('SELECT a FROM bound ORDER BY d + 1 LIMIT 2')).kind, 'top')
  })

  it('groups may be named by expression, place, alias or all at once; an alias is told', async () => {
    const keys = async (statement: string) => {
      const shape = await shapeOf(statement)
      assert.equal(shape.kind, 'aggregate', statement)
      return shape.kind === 'aggregate' ? [shape.keys, shape.aliases] : null
    }
    assert.deepEqual(await keys('SELECT lower(a), sum(b) FROM t GROUP BY LOWER(A)'), [[0], []])
    assert.deepEqual(await keys('SELECT sum(b), a FROM t GROUP BY 2'), [[1], []])
    assert.deepEqual(await keys("SELECT date_trunc('hour', s) AS Hour, sum(b) FROM t GROUP BY hour"), [
      [0],
      ['hour'],
    ])
    assert.deepEqual(await keys("SELECT a, 'x', c, sum(b) FROM t GROUP BY ALL"), [[0, 1, 2], []])
    assert.deepEqual(await keys('SELECT count(*) FROM t'), [[], []])
  })

  it('an order of groups is one of the result; its partial statement has none', async () => {
    const shape = await shapeOf(
      'SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY N DESC, 1 NULLS FIRST LIMIT 3 OFFSET 1',
    )
    assert.equal(shape.kind, 'aggregate')
    if (shape.kind !== 'aggregate') return
    assert.equal(shape.partial, 'SELECT a, count_star() AS n FROM t GROUP BY a')
    assert.deepEqual(shape.order, [
      { column: 1, descending: true, nullsFirst: false },
      { column: 0, descending: false, nullsFirst: true },
    ])
    assert.deepEqual([shape.limit, shape.offset], [3, 1])
  })

  it('the first rows carry what they are sorted by at their end, and what an offset leaves out', async () => {
    assert.deepEqual(await shapeOf('SELECT *, a FROM t ORDER BY b * 2 DESC, c, 1 LIMIT 5 OFFSET 2'), {
      kind: 'top',
      partial: 'SELECT *, a, (b * 2) AS __live_0, c AS __live_1 FROM t ORDER BY (b * 2) DESC, c, 1 LIMIT 7',
      order: [
        { column: -2, descending: true, nullsFirst: false },
        { column: -1, descending: false, nullsFirst: false },
        { column: 0, descending: false, nullsFirst: false },
      ],
      limit: 5,
      offset: 2,
      hidden: 2,
    })
    assert.deepEqual(await shapeOf('SELECT a AS z FROM t ORDER BY z'), {
      kind: 'top',
      partial: null,
      order: [{ column: 0, descending: false, nullsFirst: false }],
      limit: null,
      offset: 0,
      hidden: 0,
    })
  })

  it('what DuckDB would print as something else is executed again', async () => {
    const shape = await shapeOf('SELECT a FROM t WHERE b > 1.5e10 ORDER BY c LIMIT 1')
    assert.equal(shape.kind, 'other')
  })

  it('knows every aggregate and every function that is not constant', async () => {
    const names = async (condition: string) =>
      (
        await connection.runAndReadAll(
          `SELECT DISTINCT function_name FROM duckdb_functions() WHERE ${condition}`,
        )
      )
        .getRows()
        .map(([name]) => String(name))
    const aggregates = await names("function_type = 'aggregate'")
    assert.ok(aggregates.length > 50)
    assert.deepEqual(
      aggregates.filter(name => !isAggregate(name)),
      [],
    )
    const changing = await names("function_type = 'scalar' AND stability <> 'CONSISTENT'")
    assert.ok(changing.length > 20)
    assert.deepEqual(
      changing.filter(name => !isVolatile(name)),
      [],
    )
    // Some that tell the time call themselves constant: of what takes no arguments, what is constant is named here.
    const bare = await names("function_type = 'scalar' AND len(parameters) = 0")
    assert.deepEqual(
      bare.filter(
        name => /^\w+$/.test(name) && isAllowedFunction(name) && !isVolatile(name) && !MAKERS.test(name),
      ),
      [],
    )
    const macros = await connection.runAndReadAll(
      "SELECT function_name, macro_definition FROM duckdb_functions() WHERE function_type = 'macro' AND schema_name = 'main'",
    )
    const calls = (text: string, known: (name: string) => boolean) =>
      [...text.matchAll(/([a-z_]\w*)"?\(/g)].some(([, name]) => known(name as string))
    for (const [name, definition] of macros.getRows().map(row => row.map(String) as [string, string])) {
      // list_aggr(l, 'sum') takes the values of a list, which is one row's.
      if (calls(definition, isAggregate)) assert.ok(isAggregate(name), `${name}: ${definition}`)
      if (calls(definition, isVolatile))
        assert.ok(isVolatile(name) || isAggregate(name), `${name}: ${definition}`)
    }
  })
})
