import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAdapters } from './open.ts'

test('adapters on a data directory keep the log and release the lock', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'adapters-'))
  t.after(() => rm(dataDir, { recursive: true, force: true }))
  {
    await using adapters = await openAdapters({ dataDir })
    await assert.rejects(openAdapters({ dataDir }), { code: 'DATA_DIRECTORY_LOCKED' })
    await adapters.log.createTopics([{ name: 'kept' }])
    await adapters.cache.set('key', Uint8Array.of(1))
    assert.equal(adapters.checkpointsDir, join(dataDir, 'checkpoints'))
  }
  await using again = await openAdapters({ dataDir })
  assert.deepEqual(
    (await again.log.topics()).map(({ name }) => name),
    ['kept'],
  )
  assert.equal(await again.cache.get('key'), null)
})

test('ephemeral adapters leave nothing behind', async () => {
  const adapters = await openAdapters({ dataDir: null })
  await adapters.log.createTopics([{ name: 'lost' }])
  const { path } = adapters.directory
  assert.equal(existsSync(join(path, 'log', 'lost')), true)
  await adapters[Symbol.asyncDispose]()
  assert.equal(existsSync(path), false)
})
