import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAdapters } from './open.ts'

const ports = ['log', 'cache'] as const

test('adapters on a data directory keep the log and release the lock', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'adapters-'))
  t.after(() => rm(dataDir, { recursive: true, force: true }))
  {
    await using adapters = await openAdapters({ dataDir, ports })
    await assert.rejects(openAdapters({ dataDir, ports }), { code: 'DATA_DIRECTORY_LOCKED' })
    await adapters.log.createTopics([{ name: 'kept' }])
    await adapters.cache.set('key', Uint8Array.of(1))
    assert.equal(adapters.directory.path, dataDir)
    assert.deepEqual(adapters.engines, { log: `files in ${dataDir}`, cache: 'in this process' })
  }
  await using again = await openAdapters({ dataDir, ports })
  assert.deepEqual(
    (await again.log.topics()).map(({ name }) => name),
    ['kept'],
  )
  assert.equal(await again.cache.get('key'), null)
})

test('ephemeral adapters leave nothing behind', async () => {
  const adapters = await openAdapters({ dataDir: null, ports: ['log'] })
  await adapters.log.createTopics([{ name: 'lost' }])
  const { path } = adapters.directory
  assert.equal(existsSync(join(path, 'log', 'lost')), true)
  await adapters[Symbol.asyncDispose]()
  assert.equal(existsSync(path), false)
})

test('only the ports that are asked for are opened; control brings its log along', async () => {
  await using adapters = await openAdapters({ dataDir: null, ports: ['control'] })
  await adapters.control.put('key', { kept: true })
  assert.deepEqual(adapters.control.get('key'), { kept: true })
  assert.equal('cache' in adapters, false)
  assert.equal('tracking' in adapters, false)
})

test('a lake is in the data directory, or in the folder that is named, and outlives the process', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'adapters-'))
  t.after(() => rm(dataDir, { recursive: true, force: true }))
  const directory = join(dataDir, 'elsewhere')
  const spec = {
    name: 'kept',
    columns: [{ name: 'a', type: 'long' as const, nullable: true }],
    partitionBy: [],
  }
  for (const engines of [{}, { lake: { directory } }]) {
    {
      await using adapters = await openAdapters({ dataDir, ports: ['lake'], engines, software: 'us/1.2.3' })
      const table = await adapters.lake.ensureTable(spec)
      await table.append({ rows: [Buffer.from('{"a":1}\n')], rowCount: 1 })
      assert.match(adapters.engines.lake, /^Delta tables in file:\/\/\//)
      assert.equal((await table.history({ limit: 1 }))[0]?.engine, 'us/1.2.3')
    }
    await using again = await openAdapters({ dataDir, ports: ['lake'], engines })
    assert.deepEqual(await again.lake.tables(), ['kept'])
  }
  assert.equal(existsSync(join(dataDir, 'lake', 'kept')), true)
  assert.equal(existsSync(join(directory, 'kept')), true)
})

test('SQL is answered by processes that begin with the first statement and end with the port', async () => {
  await using adapters = await openAdapters({ dataDir: null, ports: ['sql'], sql: { memoryMb: 256 } })
  await using run = adapters.sql.run({
    id: 'one',
    statement: 'SELECT 6 * 7 AS answer',
    relations: [],
    maxRows: 1,
    maxBytes: 1000,
    timeoutMs: 20_000,
  })
  const found = []
  for await (const rows of run.rows) found.push(...rows)
  assert.deepEqual(found, [[42]])
})
