import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { SharedFixture } from './sql-engine-contract.ts'
import { NUMBERS, outcomeOf, request } from './sql-engine-contract.ts'

/** What is wrong with a statement, and how it is told. */
export const refusalsContract = (shared: SharedFixture): void => {
  it('tells where a statement can not be read', async () => {
    const fixture = await shared()
    for (const [statement, line, column] of [
      ['SELEC 1', 1, 1],
      ["SELECT 'é',\n  FROM FROM", 2, 8],
      ['SELECT (1', 1, 10],
    ] as const) {
      const expected = { code: 'SQL_SYNTAX' }
      const error = await outcomeOf(fixture.engine, request(statement)).catch(error => error)
      assert.equal(error.code, expected.code, statement)
      assert.deepEqual([error.details.line, error.details.column], [line, column], statement)
      await assert.rejects(fixture.engine.validate(statement, []), expected)
    }
  })

  it('names a column or relation that is not there', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 1 }] }] })
    for (const [statement, what, position] of [
      ['SELECT nothing FROM data', 'nothing', 8],
      ['SELECT *\nFROM elsewhere', 'elsewhere', 15],
      ['FROM shop.data', 'shop.data', 6],
      ['FROM "Data.x"', 'Data.x', 6],
    ] as const) {
      const error = await outcomeOf(fixture.engine, request(statement, [data])).catch(error => error)
      assert.equal(error.code, 'SQL_UNKNOWN_NAME', statement)
      assert.deepEqual([error.details.what, error.details.position], [what, position])
      await assert.rejects(fixture.engine.validate(statement, [data]), { code: 'SQL_UNKNOWN_NAME' })
    }
  })

  it('refuses all but one SELECT', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 1 }] }] })
    for (const statement of [
      '',
      ' -- nothing',
      'SELECT 1; SELECT 2',
      'DROP VIEW data',
      'INSERT INTO data VALUES (1, 2)',
      'SET threads = 1',
      'PRAGMA database_list',
      "SELECT * FROM read_text('/etc/hosts')",
      "SELECT current_setting('threads')",
      'SELECT 1\0',
    ]) {
      await assert.rejects(
        outcomeOf(fixture.engine, request(statement, [data])),
        { code: 'SQL_REFUSED' },
        statement,
      )
      await assert.rejects(fixture.engine.validate(statement, [data]), { code: 'SQL_REFUSED' }, statement)
    }
  })

  it('tells what failed while it ran, without the place of any file', async () => {
    const fixture = await shared()
    const data = await fixture.relation({ name: 'data', columns: NUMBERS, files: [{ rows: [{ id: 1 }] }] })
    const error = await outcomeOf(
      fixture.engine,
      request(`SELECT CAST('x' || id AS INTEGER) FROM data`, [data]),
    ).catch(error => error)
    assert.equal(error.code, 'SQL_EXECUTION')
    assert.match(error.message, /x1.*\.$/)
    const lost = {
      ...data,
      table: {
        ...data.table,
        localFiles: async () => ({
          paths: ['/nowhere/of/all/1.parquet'],
          [Symbol.asyncDispose]: async () => {},
        }),
      },
    }
    const missing = await outcomeOf(fixture.engine, request('FROM data', [lost])).catch(error => error)
    assert.equal(missing.code, 'SQL_EXECUTION')
    assert.doesNotMatch(missing.message, /nowhere/)
  })

  it('rejects columns, rows and summary alike', async () => {
    const fixture = await shared()
    await using run = fixture.engine.run(request('SELECT nothing'))
    const rows = async () => {
      for await (const _ of run.rows) assert.fail('No row was expected.')
    }
    for (const end of [run.columns, rows(), run.summary])
      await assert.rejects(end, { code: 'SQL_UNKNOWN_NAME' })
  })
}
