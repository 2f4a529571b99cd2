import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { openResultStore, type ResultStoreOptions } from './result-store.ts'
import { viewResult } from './result-view.ts'
import { openSpool } from './spool.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const what = (id: string) => ({ id, fingerprint: id, statement: `SELECT '${id}'` })

describe('a spool', () => {
  test('gives any page of any rows, whatever the batches', async () => {
    let file = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.array(fc.jsonValue(), { maxLength: 3 }), { maxLength: 90 }), { maxLength: 5 }),
        fc.nat(300),
        fc.nat(300),
        async (batches, from, count) => {
          await using spool = await openSpool(join(folder, String(file++)))
          for (const rows of batches) await spool.append(rows)
          const all = JSON.parse(JSON.stringify(batches.flat())) as unknown[][]
          assert.equal(spool.rowCount, all.length)
          assert.deepEqual((await spool.page(from, count)).rows, all.slice(from, from + count))
        },
      ),
      { seed: 7, numRuns: 60 },
    )
  })

  test('gives its text in pieces of whole lines, also of lines longer than a piece', async () => {
    await using spool = await openSpool(join(folder, 'spool'))
    const rows = Array.from({ length: 300 }, (_, i) => [i, 'ü'.repeat(i % 100 === 7 ? 400_000 : 900)])
    await spool.append(rows)
    const pieces: string[] = []
    for await (const piece of spool.pieces()) pieces.push(piece)
    assert.ok(pieces.length > 3 && pieces.every(piece => piece.endsWith('\n')))
    assert.deepEqual(
      pieces
        .join('')
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
      rows,
    )
  })

  test('ends a page at a number of bytes, with one row at least, whatever the rows', async () => {
    await using spool = await openSpool(join(folder, 'spool'))
    const rows = Array.from({ length: 200 }, (_, i) => [i, 'ü'.repeat(i % 50 === 7 ? 400_000 : 900)])
    await spool.append(rows)
    const seen: unknown[][] = []
    while (seen.length < rows.length) {
      const page = await spool.page(seen.length, 10_000, 100_000)
      assert.ok(page.rows.length > 0)
      assert.ok(page.rows.length === 1 || page.bytes < 1_000_000)
      assert.ok(page.rows.length < 60)
      seen.push(...page.rows)
    }
    assert.deepEqual(seen, rows)
  })

  test('is a file that nobody else reads, and gone after its disposal', async () => {
    const path = join(folder, 'spool')
    const spool = await openSpool(path)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await spool[Symbol.asyncDispose]()
    assert.deepEqual(await readdir(folder), [])
  })
})

describe('the store of results', () => {
  const open = (options: Partial<ResultStoreOptions> = {}) =>
    openResultStore({ directory: join(folder, 'results'), ...options })

  test('removes what an earlier process left', async () => {
    await (await open())[Symbol.asyncDispose]()
    const left = join(folder, 'results')
    await using _ = await open()
    await writeFile(join(left, 'old.ndjson'), 'x')
    await using _again = await open()
    assert.deepEqual(await readdir(left), [])
    assert.equal((await stat(left)).mode & 0o777, 0o700)
  })

  test('forgets the oldest that has ended to make room, and refuses where none has', async () => {
    await using store = await open({ maxResults: 2 })
    const first = await store.create(what('first-one'))
    const second = await store.create(what('second-one'))
    await assert.rejects(store.create(what('third-one')), { code: 'SQL_RESULTS_FULL' })
    first.ended = true
    second.ended = true
    {
      using _held = store.hold(first)
      await store.create(what('third-one'))
      assert.deepEqual([store.find('first-one') !== null, store.find('second-one')], [true, null])
    }
    await store.create(what('fourth-one'))
    assert.equal(store.find('first-one'), null)
  })

  test('puts a new result in the place of one of the same id, which whoever holds it still reads', async () => {
    await using store = await open()
    const first = await store.create(what('first-one'))
    await store.append(first, [[1]])
    first.ended = true
    const held = store.hold(first)
    const second = await store.create(what('first-one'))
    assert.equal(store.find('first-one'), second)
    assert.deepEqual((await viewResult(first, { first: 1 })).view.rows, [[1]])
    held[Symbol.dispose]()
    for (const deadline = Date.now() + 2000; (await readdir(join(folder, 'results'))).length > 1; ) {
      assert.ok(Date.now() < deadline, 'the file of the first is removed')
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })

  test('holds all results together to a number of bytes', async () => {
    await using store = await open({ maxBytes: 2500 })
    const rows = [['x'.repeat(1000)]]
    const first = await store.create(what('first-one'))
    await store.append(first, rows)
    first.ended = true
    const second = await store.create(what('second-one'))
    await store.append(second, rows)
    await store.append(second, rows)
    assert.equal(store.find('first-one'), null)
    await assert.rejects(store.append(second, rows), { code: 'SQL_RESULTS_FULL' })
  })

  test('forgets results some time after they were last asked for', async () => {
    let clock = 0
    await using store = await open({ keepMs: 20, now: () => clock })
    const result = await store.create(what('first-one'))
    result.ended = true
    clock = 15
    assert.ok(store.find('first-one'))
    clock = 30
    await new Promise(resolve => setTimeout(resolve, 60))
    assert.ok(store.find('first-one'), 'asking has kept it')
    clock = 60
    for (const deadline = Date.now() + 2000; (await readdir(join(folder, 'results'))).length > 0; ) {
      assert.ok(Date.now() < deadline)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    assert.equal(store.find('first-one'), null)
  })
})

test('a cursor of another result, or beyond what there is, is refused', async () => {
  await using store = await openResultStore({ directory: join(folder, 'results') })
  const one = await store.create(what('first-one'))
  const two = await store.create(what('second-one'))
  await store.append(one, [[1], [2]])
  const { pageInfo, rows } = (await viewResult(one, { first: 1 })).view
  assert.deepEqual(rows, [[1]])
  const after = pageInfo.endCursor
  assert.deepEqual((await viewResult(one, { first: 5, after })).view.rows, [[2]])
  await assert.rejects(viewResult(two, { first: 1, after }), { code: 'INVALID_CURSOR' })
  for (const text of ['', 'first-one 3', 'first-one -1', 'first-one 1.5', 'first-one x']) {
    const cursor = Buffer.from(text).toString('base64url')
    await assert.rejects(viewResult(one, { first: 1, after: cursor }), { code: 'INVALID_CURSOR' }, text)
  }
})
