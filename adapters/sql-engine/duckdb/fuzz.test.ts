import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DuckDBInstance, type DuckDBResultReader, StatementType } from '@duckdb/node-api'
import { checkStatement } from './check-statement.ts'
import { cleanError } from './clean-error.ts'
import { openSandbox } from './open-sandbox.ts'
import { prepareStatement } from './prepare-statement.ts'
import { createRandom, fuzz } from './test-fuzz.ts'
import { legitimate, openCorpus } from './test-corpus.ts'
import { parseStatement } from './parse-statement.ts'

const STATEMENTS = 12_000
const SEED = 20_261_123
const ALLOWED_ERRORS = ['SQL_REFUSED', 'SQL_SYNTAX', 'SQL_UNKNOWN_NAME', 'SQL_PARAMETER', 'SQL_EXECUTION']
const SECRET = 'secret-51d2'

/** As DuckDB writes those names, with aliases. */
const RELATION = /^(?:"?data"?|"?tfd"?\."?events"?)(?: (?:AS|TABLESAMPLE) .*)?$/is

/** What an unlocked DuckDB says that a statement reads, by its own means. */
async function openOracle() {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const columns = 'CREATE TABLE data (id INT, amount DOUBLE, merchant_id VARCHAR)'
  await connection.run(`${columns}; CREATE SCHEMA tfd; CREATE TABLE tfd.events AS FROM data`)
  return {
    async accepts(statement: string): Promise<string | null> {
      const extracted = await connection.extractStatements(statement)
      if (extracted.count !== 1) return `${extracted.count} statements`
      const names = connection.getTableNames(statement, true)
      const others = names.filter(name => !RELATION.test(name))
      return others.length === 0 ? null : `it names ${others.join(', ')}`
    },
    [Symbol.dispose]() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

test(`of ${STATEMENTS} statements made up, those that pass read nothing but the relations`, async () => {
  await using corpus = await openCorpus()
  using oracle = await openOracle()
  const { canary, relations } = corpus
  const names = relations.map(({ name }) => name)
  await using sandbox = await openSandbox(
    {
      relations: relations.map(({ name, snapshot }) => ({
        name,
        columns: snapshot.columns,
        partitionBy: [],
        files: [{ path: canary.parquet, partition: {} }],
      })),
    },
    { memoryMb: 128, threads: 1, tempDirectory: corpus.directory, sandboxes: 0, lowPriority: false },
  )
  const connection = await sandbox.connect()
  // A relation that nobody was given, as another one's would be.
  await connection.run(`CREATE TABLE secret AS SELECT '${SECRET}' AS id`)
  await connection.run(`CREATE SCHEMA other; CREATE TABLE other.secret AS FROM secret`)
  const fingerprint = () =>
    createHash('sha256').update(readFileSync(canary.parquet)).update(readFileSync(canary.path)).digest('hex')
  const settings = async () =>
    JSON.stringify((await connection.runAndReadAll('SELECT name, value FROM duckdb_settings()')).getRows())
  const objects = async () =>
    JSON.stringify(
      (
        await connection.runAndReadAll('SELECT table_name FROM information_schema.tables ORDER BY 1')
      ).getRows(),
    )
  const before = [fingerprint(), await settings(), await objects()]

  let accepted = 0
  let bound = 0
  for (const made of fuzz(SEED, STATEMENTS)) {
    const statement = corpus.fill(made)
    const error = await parseStatement(connection, statement)
      .then(
        tree => {
          checkStatement(statement, tree, names)
          return null
        },
        error => error,
      )
      .catch(error => error)
    if (error !== null) {
      assert.ok(ALLOWED_ERRORS.includes(cleanError(error, statement).code), `${error}: ${statement}`)
      continue
    }
    accepted += 1
    assert.equal(await oracle.accepts(statement), null, statement)
    const prepared = await prepareStatement(connection, statement, names, []).catch(error => error)
    if (prepared instanceof Error) continue
    assert.equal(prepared.statementType, StatementType.SELECT, statement)
    bound += 1
    // The fewest statements take long; those are not what this test asks about.
    const timer = setTimeout(() => connection.interrupt(), 50)
    const rows = await prepared.runAndReadUntil(100).then(
      (reader: DuckDBResultReader) => JSON.stringify(reader.getRowsJson()),
      () => '',
    )
    clearTimeout(timer)
    assert.ok(!rows.includes(canary.text) && !rows.includes(SECRET), `${statement} gave ${rows}`)
    prepared.destroySync()
  }
  assert.ok(accepted > STATEMENTS / 20 && bound > STATEMENTS / 50, `${accepted} passed, ${bound} ran.`)
  assert.deepEqual([fingerprint(), await settings(), await objects()], before)
  assert.equal(existsSync(canary.created), false)
  connection.closeSync()
})

test('a legitimate statement stays one with other spaces, comments and cases around it', async () => {
  const random = createRandom(SEED)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const around = ['', ' ', '\n', '/* DROP VIEW data; */', '-- SET x = 1\n', '\t']
  const pick = () => around[Math.floor(random() * around.length)]!
  for (let index = 0; index < 1500; index++) {
    const { statement } = legitimate[index % legitimate.length]!
    const varied = `${pick()}${statement.replace(/ (FROM|SELECT|WHERE) /g, (_, word: string) => ` ${pick()}${random() < 0.5 ? word.toLowerCase() : word}${pick()} `)}${pick()}`
    const tree = await parseStatement(connection, varied)
    checkStatement(varied, tree, ['data', 'tfd.events'])
  }
  connection.closeSync()
  instance.closeSync()
})
