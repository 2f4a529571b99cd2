import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createFileCheckpointStore } from './file-checkpoint-store.ts'

test('a folder that cannot be read does not pass for a session without checkpoints', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'checkpoints-'))
  const store = createFileCheckpointStore({ directory, onDamaged: assert.fail })
  assert.equal(await store.latest('new'), null)
  await writeFile(join(directory, 'spoilt'), 'a file where a folder was')
  await assert.rejects(store.latest('spoilt'), { code: 'ENOTDIR' })
  await rm(directory, { recursive: true })
})
