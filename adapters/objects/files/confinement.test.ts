import assert from 'node:assert/strict'
import { mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawnSync } from 'node:child_process'
import type { Objects } from '#ports/objects.ts'
import { openFileObjects } from '../files.ts'
import { filesBelow, scratchFolder } from './testing.ts'

const content = Buffer.from('content')
const denied = { code: 'ENGINE_ACCESS_DENIED', message: /symbolic link/ }
const keysOf = async (objects: Objects, prefix = '') => {
  const keys: string[] = []
  for await (const { key } of objects.list(prefix)) keys.push(key)
  return keys
}

test('symbolic links that lead out are refused by every operation, and nothing outside changes', async t => {
  const [directory, outside] = [await scratchFolder(t), await scratchFolder(t)]
  await writeFile(join(outside, 'secret'), 'secret')
  const objects = await openFileObjects({ directory })
  await symlink(outside, join(directory, 'out'))
  await symlink(join(outside, 'secret'), join(directory, 'file'))
  const source = join(outside, 'secret')
  for (const key of ['out/secret', 'file']) {
    await assert.rejects(objects.get(key), denied, key)
    await assert.rejects(objects.stat(key), denied, key)
    await assert.rejects(objects.localFile(key), denied, key)
  }
  for (const key of ['out/secret', 'out/new', 'out/new/deeper']) {
    await assert.rejects(objects.put(key, content), denied, key)
    await assert.rejects(objects.putIfAbsent(key, content), denied, key)
    await assert.rejects(objects.putFile(key, source), denied, key)
    await assert.rejects(objects.delete([key]), denied, key)
  }
  await assert.rejects(keysOf(objects, 'out/'), denied)
  assert.deepEqual(await filesBelow(outside), ['secret'])
  // Replacing or deleting a link is about the link.
  await objects.put('file', content)
  assert.equal((await readFile(source)).toString(), 'secret')
  assert.equal((await readFile(join(directory, 'file'))).toString(), 'content')
})

test('links that stay inside work, and those in a circle or to nowhere are no objects', async t => {
  const directory = await scratchFolder(t)
  const objects = await openFileObjects({ directory })
  await objects.put('a/b', content)
  await symlink(join(directory, 'a/b'), join(directory, 'file'))
  await symlink(join(directory, 'a'), join(directory, 'folder'))
  await symlink(join(directory, 'absent'), join(directory, 'nowhere'))
  assert.equal(Buffer.from(await objects.get('file')).toString(), 'content')
  assert.equal(Buffer.from(await objects.get('folder/b')).toString(), 'content')
  await assert.rejects(objects.get('nowhere'), { code: 'NOT_FOUND' })
  assert.deepEqual(await keysOf(objects), ['a/b', 'file'])
  await symlink(join(directory, 'circle'), join(directory, 'circle'))
  await assert.rejects(objects.get('circle'), denied)
})

test('the store itself may stand behind a link', async t => {
  const directory = await scratchFolder(t)
  await mkdir(join(directory, 'real'))
  await symlink(join(directory, 'real'), join(directory, 'link'))
  const objects = await openFileObjects({ directory: join(directory, 'link') })
  await objects.put('a/b', content)
  assert.deepEqual(await filesBelow(join(directory, 'real')), ['a/b'])
})

test('files are for their owner only', async t => {
  const directory = join(await scratchFolder(t), 'deep/store')
  const objects = await openFileObjects({ directory })
  await objects.put('a/b', content)
  await objects.putIfAbsent('a/c', content)
  for (const [path, mode] of [
    ['.', 0o700],
    ['..', 0o700],
    ['a', 0o700],
    ['.temporary', 0o700],
    ['a/b', 0o600],
    ['a/c', 0o600],
  ] as const)
    assert.equal((await stat(join(directory, path))).mode & 0o777, mode, path)
})

test('unfinished files of ended processes are swept at open, those of living ones are not', async t => {
  const directory = await scratchFolder(t)
  const folder = join(directory, '.temporary')
  await mkdir(folder)
  const ended = spawnSync(process.execPath, ['--version']).pid
  const host = hostname().replaceAll(/[^\w-]/g, '_')
  const long = new Date(Date.now() - 3 * 24 * 3_600_000)
  const names = {
    dead: `${host}.${ended}.0123`,
    // Of a process before us that had the same number.
    namesake: `${host}.${process.pid}.0123`,
    own: `${host}.${process.pid}.4567`,
    parent: `${host}.${process.ppid}.0123`,
    elsewhere: 'other-host.1.0123',
    elsewhereLongAgo: 'other-host.2.0123',
  }
  for (const name of Object.values(names)) await writeFile(join(folder, name), 'half')
  const before = new Date(Date.now() - process.uptime() * 1000 - 60_000)
  await utimes(join(folder, names.namesake), before, before)
  await utimes(join(folder, names.elsewhereLongAgo), long, long)
  const notices: string[] = []
  const objects = await openFileObjects({ directory, onNotice: (_, message) => notices.push(message) })
  assert.deepEqual(await filesBelow(folder), [names.own, names.parent, names.elsewhere].sort())
  assert.equal(notices.length, 1)
  assert.match(notices[0]!, /^Removed 3 unfinished files/)
  assert.deepEqual(await keysOf(objects), [])
  assert.deepEqual(await keysOf(objects, '.t'), [])
  await assert.rejects(objects.get(`.temporary/${names.own}`), { code: 'INVALID_ARGUMENT' })
  await assert.rejects(objects.put('.temporary/x', content), { code: 'INVALID_ARGUMENT' })
})

test('nothing is written through a link in the place of the folder for unfinished files', async t => {
  const [directory, outside] = [await scratchFolder(t), await scratchFolder(t)]
  const objects = await openFileObjects({ directory })
  await symlink(outside, join(directory, '.temporary'))
  await assert.rejects(objects.put('a', content), denied)
  assert.deepEqual(await filesBelow(outside), [])
  await rm(join(directory, '.temporary'))
  await objects.put('a', content)
})
