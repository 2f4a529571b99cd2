import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { commitName } from './log-names.ts'
import { addOf, appendFiles, createTable, createTestStore, filesOf, type TestStore } from './testing.ts'

const logOf = async (versions: number) => {
  const store = createTestStore()
  const log = store.open()
  await createTable(log)
  for (let i = 1; i <= versions; i++) await appendFiles(log, `f${i}`)
  return store
}

const text = (store: TestStore, key: string): string =>
  new TextDecoder().decode(store.contents.get(`t/${key}`)?.bytes)
const cut = (store: TestStore, key: string): void => store.write(key, text(store, key).slice(0, -20))
const without = (store: TestStore, ...versions: number[]): void => {
  for (const version of versions) store.contents.delete(`t/${commitName(version)}`)
}
const checkpoint = (version: number): string => commitName(version).replace('json', 'checkpoint.parquet')
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
const corrupt = (file: string, version: number, lastGood: number | null) => ({
  code: 'LAKE_TABLE_CORRUPT',
  details: { table: 't', file, version, lastGood },
})

describe('a damaged log', () => {
  it('with half a commit at its end names it, and is readable before', async () => {
    const store = await logOf(3)
    cut(store, commitName(3))
    const log = store.open()
    await assert.rejects(log.state(), corrupt(commitName(3), 3, 2))
    assert.deepEqual(await filesOf(log, 2), ['f1', 'f2'])
    await assert.rejects(
      log.commit({ kind: 'append', operation: 'WRITE', read: null, actions: [] }),
      corrupt(commitName(3), 3, 2),
    )
  })

  it('is told to those who know the version before as well', async () => {
    const store = await logOf(3)
    const log = store.open()
    await log.state()
    store.write(commitName(4), '{"add":{"path":"x"')
    await assert.rejects(log.state(), corrupt(commitName(4), 4, 3))
    assert.deepEqual(await filesOf(log, 3), ['f1', 'f2', 'f3'])
    store.write(commitName(4), '{"commitInfo":{}}')
    assert.equal((await log.state())?.version, 4)
  })

  for (const [what, content] of [
    ['empty', ''],
    ['not JSON', 'PAR1'],
    ['a line that is no object', '[1]\n'],
    ['a file without a path', '{"add":{"size":1,"partitionValues":{}}}\n'],
    ['a file without a size', '{"add":{"path":"x","partitionValues":{}}}\n'],
    ['a transaction without a version', '{"txn":{"appId":"x"}}\n'],
    ['a schema that is none', '{"metaData":{"id":"x","schemaString":"{}","partitionColumns":[]}}\n'],
  ] as const) {
    it(`sees that a commit is damaged: ${what}`, async () => {
      const store = await logOf(1)
      store.write(commitName(1), content)
      await assert.rejects(store.open().state(), corrupt(commitName(1), 1, 0))
    })
  }

  it('with a hole in its versions is readable up to the hole', async () => {
    const store = await logOf(5)
    without(store, 3)
    const log = store.open()
    await assert.rejects(log.state(), corrupt(commitName(3), 5, 2))
    assert.deepEqual(await filesOf(log, 2), ['f1', 'f2'])
    await assert.rejects(log.state({ version: 4 }), corrupt(commitName(3), 4, 2))
  })

  it('with a hole before a checkpoint is readable behind it', async () => {
    const store = await logOf(12)
    without(store, 3)
    assert.equal((await filesOf(store.open())).length, 12)
  })

  it('that names protocol and schema nowhere is corrupt', async () => {
    const store = createTestStore()
    store.write(commitName(0), '{"commitInfo":{}}\n')
    await assert.rejects(store.open().state(), corrupt(commitName(0), 0, null))
  })

  it('is read from an older checkpoint, or from its commits, where the newest checkpoint is damaged', async () => {
    const store = await logOf(22)
    const notices: string[] = []
    store.write(checkpoint(20), 'PAR1')
    const log = store.open({ onNotice: (_, message) => notices.push(message) })
    assert.equal((await filesOf(log)).length, 22)
    assert.match(notices.join(), /Checkpoint 20 of table "t" can't be read/)
    store.write(checkpoint(10), '')
    assert.equal((await filesOf(store.open())).length, 22)
  })

  it('whose only checkpoint is damaged names that', async () => {
    const store = await logOf(12)
    without(store, ...range(0, 10))
    store.write(checkpoint(10), 'PAR1')
    await assert.rejects(store.open().state(), corrupt(checkpoint(10), 12, null))
  })

  it('without its beginning and without a checkpoint names what is missing', async () => {
    const store = await logOf(3)
    without(store, 0)
    await assert.rejects(store.open().state(), corrupt(commitName(0), 3, null))
  })
})

describe('a log', () => {
  it('is read from its checkpoint where older commits are gone, and earlier versions are unknown', async () => {
    const store = await logOf(12)
    without(store, ...range(0, 11))
    const log = store.open()
    assert.equal((await filesOf(log)).length, 12)
    assert.equal((await filesOf(log, 10)).length, 10)
    await assert.rejects(log.state({ version: 9 }), {
      code: 'LAKE_VERSION_UNKNOWN',
      details: { table: 't', earliest: 10, latest: 12 },
    })
    await assert.rejects(log.state({ version: 13 }), { code: 'LAKE_VERSION_UNKNOWN' })
  })

  for (const [what, pointer] of [
    ['is missing', null],
    ['is rubbish', 'PAR1'],
    ['names a version that never was', '{"version":99}'],
    ['is stale', '{"version":10,"size":12}'],
    ['names a checkpoint that is gone', '{"version":15}'],
    ['names nothing', '{"version":"x"}'],
  ] as const) {
    it(`is read although the pointer to its checkpoint ${what}`, async () => {
      const store = await logOf(23)
      if (pointer === null) store.contents.delete('t/_delta_log/_last_checkpoint')
      else store.write('_delta_log/_last_checkpoint', pointer)
      assert.equal((await filesOf(store.open())).length, 23)
    })
  }

  it('is read from the pointed checkpoint on, and not listed before it', async () => {
    const store = await logOf(23)
    store.calls.length = 0
    await store.open().state()
    assert.deepEqual(
      store.calls.filter(call => !call.startsWith('list')),
      [
        'get t/_delta_log/_last_checkpoint',
        `checkpoint t/${checkpoint(20)}`,
        ...range(20, 24).map(version => `get t/${commitName(version)}`),
      ],
    )
  })

  it('ignores foreign files beside it', async () => {
    const store = await logOf(3)
    for (const name of [
      '00000000000000000004.json.tmp',
      '00000000000000000004.crc',
      '.00000000000000000004.json.crc',
      '00000000000000000000.00000000000000000003.compacted.json',
      '_sidecars/a.parquet',
      '00000000000000000004.checkpoint.0000000001.0000000002.parquet',
      '_commits/00000000000000000004.x.json',
      'notes.txt',
    ]) {
      store.write(`_delta_log/${name}`, 'anything')
    }
    const log = store.open()
    assert.equal((await filesOf(log)).length, 3)
    assert.equal(await appendFiles(log, 'f4'), 4)
  })

  it('ignores actions that it does not know', async () => {
    const store = await logOf(1)
    store.write(commitName(2), '{"commitInfo":{}}\n\n{"domainMetadata":{"domain":"x"}}\n{"cdc":{"path":"c"}}')
    assert.equal((await store.open().state())?.version, 2)
  })

  it('is read from a checkpoint of several parts, once all of them are there', async () => {
    const store = await logOf(10)
    const { rows } = JSON.parse(text(store, checkpoint(10))) as { rows: object[] }
    without(store, ...range(0, 10))
    store.contents.delete(`t/${checkpoint(10)}`)
    const part = (number: number) =>
      checkpoint(10).replace('parquet', `000000000${number}.0000000002.parquet`)
    // Rows of Parquet have a member for every kind of action.
    const full = rows.map(row => ({
      txn: null,
      add: null,
      remove: null,
      metaData: null,
      protocol: null,
      ...row,
    }))
    store.write(part(1), JSON.stringify({ rows: full.slice(0, 5) }))
    await assert.rejects(store.open().state(), { code: 'LAKE_TABLE_CORRUPT' })
    store.write(part(2), JSON.stringify({ rows: full.slice(5) }))
    assert.equal((await filesOf(store.open())).length, 10)
  })

  it('is read from a checkpoint that has statistics parsed instead of as text', async () => {
    const store = await logOf(10)
    const { rows } = JSON.parse(text(store, checkpoint(10))) as { rows: { add?: object }[] }
    without(store, ...range(0, 10))
    const parsed = { numRecords: 4, minValues: { id: 1 }, maxValues: { id: 9 }, nullCount: { id: null } }
    const foreign = rows.map(({ add, ...row }) =>
      add === undefined
        ? row
        : { add: { ...add, stats: null, tags: null, stats_parsed: parsed, partitionValues_parsed: {} } },
    )
    store.write(checkpoint(10), JSON.stringify({ rows: foreign.reverse() }))
    const add = (await store.open().state())?.files.get('f1')
    assert.deepEqual(add, {
      ...addOf('f1'),
      dataChange: false,
      stats: '{"numRecords":4,"minValues":{"id":1},"maxValues":{"id":9},"nullCount":{}}',
    })
  })

  it('is loaded again where it was cleaned in the meantime', async () => {
    const store = await logOf(25)
    const cleaner = store.open()
    store.write('_delta_log/_last_checkpoint', '{"version":10}')
    store.contents.delete(`t/${checkpoint(20)}`)
    await cleaner.state()
    store.hooks.before = async (call, key) => {
      if (call !== 'checkpoint' || !key.endsWith(checkpoint(10))) return
      store.hooks.before = () => {}
      await cleaner.checkpoint()
      without(store, ...range(0, 25))
      store.contents.delete(`t/${checkpoint(10)}`)
    }
    assert.equal((await filesOf(store.open())).length, 25)
  })
})
