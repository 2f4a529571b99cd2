import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { SqlEngine } from '#ports/sql-engine.ts'
import { openSqlEngine } from '../duckdb.ts'
import { isAllowedFunction, isAllowedTableFunction } from './allowed-functions.ts'
import { openSandbox } from './open-sandbox.ts'
import { attacks, type Corpus, legitimate, openCorpus, resourceAttacks } from './test-corpus.ts'

const REFUSALS = ['SQL_REFUSED', 'SQL_SYNTAX', 'SQL_UNKNOWN_NAME', 'SQL_PARAMETER']
const LIMITS = { maxRows: 1000, maxBytes: 1_000_000, timeoutMs: 20_000 }

describe('sandbox', () => {
  let corpus: Corpus
  let engine: SqlEngine
  before(async () => {
    corpus = await openCorpus()
    engine = await openSqlEngine({ workDirectory: corpus.directory, threads: 1, memoryMb: 400 })
  })
  after(async () => {
    await engine[Symbol.asyncDispose]()
    await corpus[Symbol.asyncDispose]()
  })

  const outcome = async (statement: string, options: Partial<Parameters<SqlEngine['run']>[0]> = {}) => {
    const { relations } = corpus
    await using run = engine.run({ id: 'x', statement, relations, ...LIMITS, ...options })
    const rows: unknown[] = []
    for await (const batch of run.rows) rows.push(...batch)
    await run.summary
    return rows
  }
  /** What an attack could have changed. */
  const state = () => ({
    canary: readFileSync(corpus.canary.path, 'utf8'),
    parquet: createHash('sha256').update(readFileSync(corpus.canary.parquet)).digest('hex'),
    created: existsSync(corpus.canary.created),
    files: readdirSync(corpus.directory).filter(name => !name.startsWith('sql-')),
  })

  it('refuses every attack of the list, and nothing has changed', async () => {
    assert.ok(attacks.length >= 150)
    const before = state()
    for (const { statement } of attacks) {
      const attack = corpus.fill(statement)
      const error = await outcome(attack).then(
        rows => assert.fail(`${attack} gave ${JSON.stringify(rows)}.`),
        error => error,
      )
      assert.ok(REFUSALS.includes(error.code), `${error.code} ${error.message}: ${attack}`)
      assert.ok(!error.message.includes(corpus.canary.text))
    }
    assert.deepEqual(state(), before)
    assert.equal(before.created, false)
  })

  it('runs every legitimate statement', async () => {
    assert.ok(legitimate.length >= 120)
    const refused: string[] = []
    for (const { statement, params = [] } of legitimate)
      await outcome(statement, { params }).catch(error => {
        refused.push(`${error.code} ${error.message}: ${statement}`)
      })
    assert.deepEqual(refused, [])
  })

  it('validates every legitimate statement as it runs it', async () => {
    const refused: string[] = []
    for (const { statement, params = [] } of legitimate)
      await engine.validate(statement, corpus.relations, params).catch(error => {
        refused.push(`${error.code} ${error.message}: ${statement}`)
      })
    assert.deepEqual(refused, [])
  })

  it('ends statements that take all there is, and serves the next one', async () => {
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, engine.status().memoryBytes)), 10)
    const ends = await Promise.all(
      resourceAttacks.map(statement =>
        outcome(statement, { timeoutMs: 1000 }).then(
          () => 'ended',
          error => error.code,
        ),
      ),
    )
    clearInterval(watch)
    const limits = ['SQL_BUSY', 'SQL_EXECUTION', 'SQL_MEMORY', 'SQL_TIMEOUT', 'ended']
    assert.deepEqual(
      ends.filter(end => !limits.includes(end)),
      [],
    )
    assert.ok(peak < 400 * 2 ** 20, `${peak} bytes were taken.`)
    assert.deepEqual(await outcome('SELECT 1'), [[1]])
  })

  it('keeps settings and files from a statement that passed the list, too', async () => {
    const { relations, canary } = corpus
    await using sandbox = await openSandbox(
      {
        relations: relations.map(({ name, snapshot }) => ({
          name,
          columns: snapshot.columns,
          partitionBy: [],
          files: [{ path: canary.parquet, partition: {} }],
        })),
      },
      { memoryMb: 64, threads: 1, tempDirectory: corpus.directory, sandboxes: 0, lowPriority: false },
    )
    const connection = await sandbox.connect()
    for (const statement of [
      `FROM read_text('${canary.path}')`,
      `COPY (SELECT 1) TO '${canary.created}'`,
      `FROM glob('${corpus.directory}/*.txt')`,
      'SET enable_external_access = true',
      'SET lock_configuration = false',
      `SET memory_limit = '1GB'`,
      'INSTALL httpfs',
      'LOAD httpfs',
    ]) {
      const rows = await connection.runAndReadAll(statement).then(
        reader => reader.getRows(),
        () => [],
      )
      assert.deepEqual(rows, [], statement)
    }
    connection.closeSync()
    assert.equal(existsSync(canary.created), false)
  })
})

describe('allowed functions', () => {
  it('are those of this DuckDB without the ones refused', async () => {
    const refused = new Set(
      JSON.parse(readFileSync(`${import.meta.dirname}/fixtures/refused-functions.json`, 'utf8')) as string[],
    )
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `SELECT DISTINCT lower(function_name), function_type FROM duckdb_functions()
       WHERE function_type IN ('scalar', 'macro', 'aggregate', 'table', 'table_macro')`,
    )
    const unknown = reader.getRows().filter(([name, type]) => {
      const text = String(name)
      if (String(type).startsWith('table'))
        return isAllowedTableFunction(text) !== ['unnest', 'range', 'generate_series'].includes(text)
      return isAllowedFunction(text) === refused.has(text)
    })
    assert.deepEqual(unknown, [], 'Functions that nobody has looked at, or both allowed and refused.')
    connection.closeSync()
    instance.closeSync()
  })
})
