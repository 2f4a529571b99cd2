import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { openFileObjects } from '../files.ts'
import { type FileCalls, realFileCalls } from './file-calls.ts'
import { filesBelow, scratchFolder } from './testing.ts'

const content = Buffer.from('content')
const failWith = (code: string) => () =>
  Promise.reject(Object.assign(new Error(`${code}: made to fail`), { code }))

for (const [call, errno, code] of [
  ['write', 'ENOSPC', 'STORAGE_FULL'],
  ['write', 'EDQUOT', 'STORAGE_FULL'],
  ['write', 'EIO', 'ENGINE_UNREACHABLE'],
  ['sync', 'ENOSPC', 'STORAGE_FULL'],
  ['sync', 'EIO', 'ENGINE_UNREACHABLE'],
  ['link', 'EACCES', 'ENGINE_ACCESS_DENIED'],
  ['link', 'EROFS', 'ENGINE_ACCESS_DENIED'],
  ['link', 'EPERM', 'ENGINE_UNSUPPORTED'],
  ['link', 'ENOTSUP', 'ENGINE_UNSUPPORTED'],
  ['link', 'ENOSPC', 'STORAGE_FULL'],
] as const) {
  test(`${errno} of ${call} is ${code}, and leaves no object and no file behind`, async t => {
    const directory = await scratchFolder(t)
    const calls: FileCalls = { ...realFileCalls }
    const objects = await openFileObjects({ directory, calls })
    await objects.put('a/kept', content)
    calls[call] = failWith(errno)
    await assert.rejects(objects.putIfAbsent('a/new', content), error => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, code)
      assert.ok(error.message.includes(directory) && error.message.endsWith('.'))
      return true
    })
    assert.deepEqual(await filesBelow(directory), ['a/kept'])
    Object.assign(calls, realFileCalls)
    assert.equal(await objects.putIfAbsent('a/new', content), true)
  })
}

test('a disk that is full while it copies a file takes nothing', async t => {
  const directory = await scratchFolder(t)
  const source = join(await scratchFolder(t), 'source')
  await writeFile(source, content, { mode: 0o444 })
  const calls: FileCalls = {
    ...realFileCalls,
    async copy(from, to) {
      await writeFile(to, (await readFile(from)).subarray(0, 3))
      await failWith('ENOSPC')()
    },
  }
  const objects = await openFileObjects({ directory, calls })
  await assert.rejects(objects.putFile('a', source), { code: 'STORAGE_FULL' })
  assert.deepEqual(await filesBelow(directory), [])
  calls.copy = realFileCalls.copy
  await objects.putFile('a', source)
  assert.equal((await stat(join(directory, 'a'))).mode & 0o777, 0o600)
})

test('content is synced before it has its name, and the name and new folders before the answer', async t => {
  const directory = await scratchFolder(t)
  const events: string[] = []
  const place = (path: string) =>
    path.includes('.temporary') ? 'temporary' : relative(directory, path) || '/'
  const calls: FileCalls = {
    write: (handle, bytes) => (events.push('write'), realFileCalls.write(handle, bytes)),
    copy: (from, to) => (events.push('copy'), realFileCalls.copy(from, to)),
    sync: handle => (events.push('sync'), realFileCalls.sync(handle)),
    link: (from, to) => realFileCalls.link(from, to).then(() => void events.push(`link ${place(to)}`)),
    rename: (from, to) => realFileCalls.rename(from, to).then(() => void events.push(`rename ${place(to)}`)),
    syncFolder: path => (events.push(`sync ${place(path)}`), realFileCalls.syncFolder(path)),
  }
  const objects = await openFileObjects({ directory, calls })
  const during = async (run: () => Promise<unknown>) => {
    events.length = 0
    await run()
    return events.slice()
  }
  const put = (key: string) => () => objects.putIfAbsent(key, content)
  assert.deepEqual(await during(put('a/b/1')), [
    'write',
    'sync',
    'link a/b/1',
    'sync a/b',
    'sync a',
    'sync /',
  ])
  assert.deepEqual(await during(put('a/b/2')), ['write', 'sync', 'link a/b/2', 'sync a/b'])
  assert.deepEqual(await during(put('a/b/2')), [])
  // A folder that somebody else has made may not be on the disk yet.
  await mkdir(join(directory, 'a/c'))
  assert.deepEqual(await during(() => objects.put('a/c/1', content)), [
    'write',
    'sync',
    'rename a/c/1',
    'sync a/c',
    'sync a',
  ])
  assert.deepEqual(await during(() => objects.delete(['a/b/1'])), ['sync a/b'])
  assert.deepEqual(await during(() => objects.delete(['a/b/2', 'a/c/1'])), ['sync a', 'sync /'])
  assert.deepEqual(await during(put('a/b/3')), [
    'write',
    'sync',
    'link a/b/3',
    'sync a/b',
    'sync a',
    'sync /',
  ])
})

test('a link whose answer was lost is ours', async t => {
  const directory = await scratchFolder(t)
  const calls: FileCalls = {
    ...realFileCalls,
    async link(from, to) {
      await realFileCalls.link(from, to)
      await failWith('EEXIST')()
    },
  }
  const objects = await openFileObjects({ directory, calls })
  assert.equal(await objects.putIfAbsent('a', content), true)
  assert.equal(await objects.putIfAbsent('a', content), false)
})

test('a key and what is below it can not both be objects of a folder', async t => {
  const objects = await openFileObjects({ directory: await scratchFolder(t) })
  await objects.put('a/b', content)
  await objects.put('file', content)
  const invalid = { code: 'INVALID_ARGUMENT' }
  for (const key of ['a', 'file/x', 'file/x/y']) {
    await assert.rejects(objects.put(key, content), invalid, key)
    await assert.rejects(objects.putIfAbsent(key, content), invalid, key)
  }
  await assert.rejects(objects.put(`a/${'x'.repeat(300)}`, content), invalid)
})

test('a folder that can not be one is told at once', async t => {
  const directory = await scratchFolder(t)
  await writeFile(join(directory, 'file'), 'x')
  for (const path of ['file', 'file/below'])
    await assert.rejects(openFileObjects({ directory: join(directory, path) }), error => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.ok(error.message.includes(path))
      return true
    })
})
