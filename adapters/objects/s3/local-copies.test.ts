import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { PortError } from '#ports/port-error.ts'
import { type LocalCopies, openLocalCopies } from './local-copies.ts'

/** Objects `name:size`, downloads that are counted, and may be held or fail. */
const createBench = async (t: TestContext) => {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const directory = await mkdtemp(join(tmpdir(), 'copies-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const downloads: string[] = []
  const hooks = { before: async (_key: string): Promise<void> => {} }
  const open = async ({ maxBytes = 1000, store = 's3://lake' } = {}): Promise<LocalCopies> =>
    stack.use(
      await openLocalCopies({
        directory,
        maxBytes,
        store,
        async find(key) {
          const sizeBytes = Number(key.split(':')[1])
          return {
            sizeBytes,
            async write(path) {
              downloads.push(key)
              await writeFile(path, Buffer.alloc(sizeBytes / 2, store), { flag: 'wx' })
              await hooks.before(key)
              await writeFile(path, Buffer.alloc(sizeBytes, store))
            },
          }
        },
      }),
    )
  const files = async (folder = 'objects-1') =>
    (await readdir(join(directory, folder))).filter(name => !name.startsWith('lock'))
  const use = async (copies: LocalCopies, ...keys: string[]) => {
    for (const key of keys) (await copies.acquire(key))[Symbol.dispose]()
  }
  return { directory, downloads, hooks, open, files, use }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
/** Removing goes on behind the caller's back. */
const settled = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}

test('callers at once share one download, later ones the copy', async t => {
  const { open, downloads } = await createBench(t)
  const copies = await open()
  const files = await Promise.all(Array.from({ length: 10 }, () => copies.acquire('a:100')))
  assert.equal(new Set(files.map(({ path }) => path)).size, 1)
  using again = await copies.acquire('a:100')
  assert.equal(again.path, files[0]?.path)
  assert.deepEqual(downloads, ['a:100'])
  assert.equal(copies.sizeBytes, 100)
})

test('the copies unused for longest make room, those in use never', async t => {
  const { open, downloads, files, use } = await createBench(t)
  const copies = await open({ maxBytes: 1000 })
  using pinned = await copies.acquire('pinned:300')
  await use(copies, 'a:300', 'b:300', 'a:300', 'c:300')
  assert.equal(copies.sizeBytes, 900)
  await settled(async () => (await files()).length === 3)
  await use(copies, 'a:300', 'pinned:300')
  assert.deepEqual(downloads, ['pinned:300', 'a:300', 'b:300', 'c:300'])
  await use(copies, 'b:300')
  assert.deepEqual(downloads.length, 5)
  assert.ok(await exists(pinned.path))
})

test('an object larger than all room is served, and goes when it is released', async t => {
  const { open, files } = await createBench(t)
  const copies = await open({ maxBytes: 100 })
  const [one, two] = await Promise.all([copies.acquire('large:5000'), copies.acquire('other:80')])
  assert.equal((await readFile(one.path)).length, 5000)
  assert.equal(copies.sizeBytes, 5080)
  one[Symbol.dispose]()
  await settled(async () => !(await exists(one.path)))
  assert.equal(copies.sizeBytes, 80)
  assert.equal((await readFile(two.path)).length, 80)
  two[Symbol.dispose]()
  assert.equal((await files()).length, 1)
})

test('no more than four downloads run at once', async t => {
  const { open, hooks } = await createBench(t)
  const copies = await open({ maxBytes: 10_000 })
  let [running, most] = [0, 0]
  hooks.before = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setTimeout(resolve, 5))
    running -= 1
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => copies.acquire(`${i}:10`)))
  assert.equal(most, 4)
})

test('copies survive a restart, in the order of their use; what is not whole does not', async t => {
  const { open, downloads, files, use, directory } = await createBench(t)
  {
    const copies = await open()
    await use(copies, 'a:300', 'b:300', 'c:300', 'a:300')
    await copies[Symbol.asyncDispose]()
  }
  const folder = join(directory, 'objects-1')
  const now = Date.now() / 1000
  for (const [i, name] of (await files()).toSorted().entries()) await utimes(join(folder, name), now, now - i)
  await writeFile(join(folder, 'partial-0123'), 'left by a killed process')
  await writeFile(join(folder, 'of-somebody-else'), 'x')
  const [first, newer] = (await files()).filter(name => /-300-/.test(name)).toSorted()
  await truncate(join(folder, first!), 299)
  const copies = await open({ maxBytes: 300 })
  assert.equal(copies.sizeBytes, 300)
  await settled(async () => (await files()).length === 2)
  assert.deepEqual((await files()).toSorted(), [newer!, 'of-somebody-else'])
  await use(copies, 'a:300', 'b:300', 'c:300')
  assert.ok(downloads.length >= 5)
})

test('a failed download is told to all who wait, leaves nothing, and is tried anew', async t => {
  const { open, hooks, files, use, downloads } = await createBench(t)
  const copies = await open()
  hooks.before = async () => {
    throw new PortError('ENGINE_UNREACHABLE', 'Made to fail.')
  }
  const outcomes = await Promise.allSettled([copies.acquire('a:100'), copies.acquire('a:100')])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual([copies.sizeBytes, await files()], [0, []])
  hooks.before = async () => {}
  await use(copies, 'a:100')
  assert.equal(downloads.length, 2)
})

test('a full disk takes what nobody uses, and then says so', async t => {
  const { open, hooks, files, use } = await createBench(t)
  const copies = await open()
  await use(copies, 'idle:100')
  using pinned = await copies.acquire('pinned:100')
  const full = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  hooks.before = async () => ((await files()).length > 2 ? full() : undefined)
  using made = await copies.acquire('new:100')
  assert.ok((await exists(made.path)) && (await exists(pinned.path)))
  assert.equal(copies.sizeBytes, 200)
  hooks.before = full
  await assert.rejects(copies.acquire('more:100'), { code: 'STORAGE_FULL', message: /Free space/ })
  assert.equal((await files()).length, 2)
})

test('a copy that somebody removed or cut is fetched anew', async t => {
  const { open, downloads, use } = await createBench(t)
  const copies = await open()
  await use(copies, 'a:100')
  for (const harm of [(path: string) => rm(path), (path: string) => truncate(path, 5)]) {
    const file = await copies.acquire('a:100')
    await harm(file.path)
    file[Symbol.dispose]()
    using again = await copies.acquire('a:100')
    assert.equal((await readFile(again.path)).length, 100)
    assert.notEqual(again.path, file.path)
  }
  assert.equal(downloads.length, 3)
  assert.equal(copies.sizeBytes, 100)
})

test('a forgotten copy stays for those who use it, and is no copy any more', async t => {
  const { open, downloads, files, hooks } = await createBench(t)
  const copies = await open()
  const old = await copies.acquire('a:100')
  copies.forget(['a:100', 'absent:1'])
  using fresh = await copies.acquire('a:100')
  assert.notEqual(fresh.path, old.path)
  assert.ok(await exists(old.path))
  old[Symbol.dispose]()
  await settled(async () => (await files()).length === 1)
  assert.deepEqual([downloads.length, copies.sizeBytes], [2, 100])
  // Also while it is on its way.
  hooks.before = async key => copies.forget([key])
  const late = await copies.acquire('b:100')
  assert.ok(await exists(late.path))
  late[Symbol.dispose]()
  await settled(async () => !(await exists(late.path)))
  assert.equal(copies.sizeBytes, 100)
})

test('several at once keep apart, and so do stores with the same keys', async t => {
  const { open, use, downloads, files } = await createBench(t)
  const [one, two] = [await open(), await open()]
  await use(one, 'a:100')
  await use(two, 'a:100')
  assert.equal((await files('objects-2')).length, 1)
  await one[Symbol.asyncDispose]()
  const other = await open({ store: 's3://other' })
  using file = await other.acquire('a:100')
  assert.match((await readFile(file.path)).toString(), /other/)
  assert.equal(downloads.length, 3)
  assert.equal(other.sizeBytes, 200)
})
