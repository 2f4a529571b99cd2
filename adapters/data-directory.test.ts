import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openDataDirectory, openEphemeralDirectory } from './data-directory.ts'

const scratch = async (t: TestContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'data-directory-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A process that opens the directory, says how that went, and stays. */
const startHolder = async (directory: string, url: string) => {
  const script = `
    import { openDataDirectory } from ${JSON.stringify(new URL('data-directory.ts', import.meta.url).href)}
    const [directory, url] = process.argv.slice(1)
    await openDataDirectory(directory, { url }).then(() => console.log('held'), error => console.log(error.code))
    setInterval(() => {}, 1000)`
  const args = ['--no-warnings', '--input-type=module-typescript', '--eval', script, directory, url]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return {
    pid: child.pid!,
    said: String(line).trim(),
    async kill() {
      if (child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

test('a data directory creates its folders when they are asked for', async t => {
  const path = join(await scratch(t), 'deep', 'data')
  await using directory = await openDataDirectory(path)
  assert.equal(existsSync(join(path, 'log')), false)
  assert.equal(await directory.folder('log'), join(path, 'log'))
  assert.equal(existsSync(join(path, 'log')), true)
  assert.equal(existsSync(join(path, 'lake')), false)
})

test('a second start names the holder and its URL, and a killed holder blocks nobody', async t => {
  const path = await scratch(t)
  const holder = await startHolder(path, 'http://127.0.0.1:4000/')
  t.after(holder.kill)
  assert.equal(holder.said, 'held')
  await assert.rejects(openDataDirectory(path), (error: Error & { code: string; details: object }) => {
    assert.equal(error.code, 'DATA_DIRECTORY_LOCKED')
    assert.ok(
      error.message.includes(String(holder.pid)) && error.message.includes('http://127.0.0.1:4000/'),
      error.message,
    )
    return true
  })
  await holder.kill()
  await using directory = await openDataDirectory(path)
  assert.equal(directory.path, path)
})

test('of two processes that start at once exactly one gets the directory', async t => {
  const path = await scratch(t)
  // Left behind by a killed process whose id a living one has now.
  await writeFile(join(path, 'lock.json'), JSON.stringify({ pid: process.pid, url: null }))
  const holders = await Promise.all(['a', 'b', 'c'].map(name => startHolder(path, name)))
  for (const holder of holders) t.after(holder.kill)
  assert.deepEqual(holders.map(({ said }) => said).sort(), [
    'DATA_DIRECTORY_LOCKED',
    'DATA_DIRECTORY_LOCKED',
    'held',
  ])
})

test('the lock also holds within one process, tells the newest URL, and ends with its owner', async t => {
  const path = await scratch(t)
  const first = await openDataDirectory(path)
  await first.setUrl('http://127.0.0.1:4001/')
  await assert.rejects(openDataDirectory(path), {
    code: 'DATA_DIRECTORY_LOCKED',
    details: { directory: path, pid: process.pid, url: 'http://127.0.0.1:4001/' },
  })
  await first[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await using second = await openDataDirectory(path)
  assert.equal(second.path, path)
})

test('what a killed process was working on is swept away, and nothing else', async t => {
  const path = await scratch(t)
  {
    await using directory = await openDataDirectory(path)
    for (const name of ['tmp', 'lake', 'cache'] as const)
      await writeFile(join(await directory.folder(name), 'file'), 'x')
  }
  await using _again = await openDataDirectory(path)
  assert.deepEqual(
    ['tmp', 'lake', 'cache'].map(name => existsSync(join(path, name, 'file'))),
    [false, true, true],
  )
})

test('a path that cannot be a directory gives an error that says why', async t => {
  const file = join(await scratch(t), 'file')
  await writeFile(file, '')
  await assert.rejects(openDataDirectory(file), {
    code: 'DATA_DIRECTORY_UNUSABLE',
    message: /EEXIST|ENOTDIR/,
  })
  await assert.rejects(openDataDirectory(join(file, 'below')), {
    code: 'DATA_DIRECTORY_UNUSABLE',
    message: /ENOTDIR/,
  })
})

test('an ephemeral directory is gone after use', async () => {
  const directory = await openEphemeralDirectory()
  await writeFile(join(await directory.folder('log'), 'record'), 'x')
  await directory[Symbol.asyncDispose]()
  assert.equal(existsSync(directory.path), false)
})
