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
