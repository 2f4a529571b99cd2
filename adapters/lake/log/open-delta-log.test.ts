import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addOf, appendFiles, createTable, createTestStore, filesOf, tableActions } from './testing.ts'

const opened = async (configuration?: Record<string, string>) => {
  const store = createTestStore()
  const log = store.open()
  await createTable(log, configuration)
  return { store, log }
}

describe('the log of a Delta table', () => {
  it('has no state before there is a table', async () => {
    const log = createTestStore().open()
    assert.equal(await log.state(), null)
    assert.equal(await log.state({ version: 0 }), null)
    assert.equal(await log.state({ timestamp: 0 }), null)
    assert.deepEqual(await log.history(), [])
  })

  it('tells files, transactions, schema and size of a version', async () => {
    const { log } = await opened()
    await log.commit({
      kind: 'append',
      operation: 'WRITE',
      read: await log.state(),
      actions: [{ add: addOf('a%20b', 7) }, { txn: { appId: 'sink:t:0', version: 41 } }],
      expectedTransactions: [{ appId: 'sink:t:0', expected: null }],
    })
    const state = await log.state()
    assert.equal(state?.version, 1)
    assert.deepEqual([...(state?.files.keys() ?? [])], ['a b'])
    assert.equal(state?.sizeBytes, 7)
    assert.equal(state?.transactions.get('sink:t:0')?.version, 41)
    assert.deepEqual(state?.metadata.columns, [{ name: 'id', type: 'long', nullable: true }])
  })

  it('asks the store for the next commit only once it knows a version', async () => {
    const { store, log } = await opened()
    for (let i = 0; i < 12; i++) await appendFiles(log, `f${i}`)
    await log.state()
    store.calls.length = 0
    await log.state()
    assert.deepEqual(store.calls, [
      'get t/_delta_log/00000000000000000013.json',
      'get t/_delta_log/_last_checkpoint',
    ])
  })

  it('counts a version once that it commits while somebody reads it', async () => {
    const { store, log } = await opened()
    const key = 't/_delta_log/00000000000000000001.json'
    const committed = Promise.withResolvers<void>()
    let isWritten = false
    let reading: Promise<{ version: number } | null> | undefined
    store.hooks.after = (_, changed) => {
      if (changed !== key) return
      isWritten = true
      reading = log.state()
    }
    store.hooks.before = async (call, read) => {
      // It is there already, and is handed out when the commit is known here.
      if (isWritten && call === 'get' && read === key) await committed.promise
    }
    await appendFiles(log, 'a')
    committed.resolve()
    assert.equal((await reading)?.version, 1)
    assert.equal(await appendFiles(log, 'b'), 2)
    assert.deepEqual(await filesOf(store.open()), ['a', 'b'])
  })

  it('sees what others commit, however many versions', async () => {
    const { store, log } = await opened()
    const other = store.open()
    for (let i = 0; i < 37; i++) await appendFiles(other, `f${i}`)
    assert.equal((await log.state())?.version, 37)
    assert.deepEqual(await filesOf(log), await filesOf(store.open()))
  })

  it('goes on from a checkpoint where the commits that it knew have been cleaned away', async () => {
    const { store, log } = await opened()
    const other = store.open()
    for (let i = 0; i < 11; i++) await appendFiles(other, `f${i}`)
    for (let v = 0; v < 10; v++) store.contents.delete(`t/_delta_log/${String(v).padStart(20, '0')}.json`)
    assert.equal((await log.state())?.version, 11)
  })

  it('keeps old states as they were while the table goes on', async () => {
    const { log } = await opened()
    const states = []
    for (let i = 0; i < 100; i++) {
      await appendFiles(log, `f${i}`)
      states.push(await log.state())
    }
    for (const [i, state] of states.entries()) assert.equal(state?.files.size, i + 1)
  })

  it('writes a checkpoint and the pointer to it every ten versions, or as the table says', async () => {
    const { store, log } = await opened()
    for (let i = 0; i < 20; i++) await appendFiles(log, `f${i}`)
    const checkpoints = store.keys().filter(key => key.includes('checkpoint.'))
    assert.deepEqual(checkpoints, [
      '_delta_log/00000000000000000010.checkpoint.parquet',
      '_delta_log/00000000000000000020.checkpoint.parquet',
    ])
    const pointer = new TextDecoder().decode(store.contents.get('t/_delta_log/_last_checkpoint')?.bytes)
    const { sizeInBytes, ...rest } = JSON.parse(pointer)
    assert.deepEqual(rest, { version: 20, size: 22, numOfAddFiles: 20 })
    assert.equal(
      sizeInBytes,
      store.contents.get('t/_delta_log/00000000000000000020.checkpoint.parquet')?.bytes.length,
    )

    const { store: often, log: oftenLog } = await opened({ 'delta.checkpointInterval': '2' })
    await appendFiles(oftenLog, 'a')
    await appendFiles(oftenLog, 'b')
    assert.ok(often.keys().includes('_delta_log/00000000000000000002.checkpoint.parquet'))
  })

  it('leaves no checksum of Hadoop beside what it writes anew', async () => {
    const { store, log } = await opened()
    const checksums = [
      '_delta_log/._last_checkpoint.crc',
      '_delta_log/.00000000000000000000.checkpoint.parquet.crc',
    ]
    for (const key of checksums) store.write(key, 'of what Spark wrote')
    await log.checkpoint()
    for (const key of checksums) assert.ok(!store.keys().includes(key), key)
  })

  it('commits although a checkpoint can not be written, and says so', async () => {
    const notices: string[] = []
    const store = createTestStore()
    const log = store.open({ onNotice: (level, message) => notices.push(`${level}: ${message}`) })
    await createTable(log)
    store.hooks.before = (call, key) => {
      if (call === 'put' && key.includes('checkpoint')) throw new Error('No room.')
    }
    for (let i = 0; i < 11; i++) await appendFiles(log, `f${i}`)
    assert.equal((await log.state())?.version, 11)
    assert.deepEqual(notices, ['warn: Version 10 of table "t" has no checkpoint: No room.'])
  })

  it('keeps tombstones until their retention is over', async () => {
    const { store, log } = await opened({ 'delta.deletedFileRetentionDuration': 'interval 1 hour' })
    await appendFiles(log, 'a', 'b')
    const remove = (path: string) => ({
      remove: { path, deletionTimestamp: store.clock.now, dataChange: true },
    })
    await log.commit({
      kind: 'rewrite',
      operation: 'DELETE',
      read: await log.state(),
      actions: [remove('a')],
    })
    store.clock.now += 3_500_000
    await log.commit({
      kind: 'rewrite',
      operation: 'DELETE',
      read: await log.state(),
      actions: [remove('b')],
    })
    await log.checkpoint()
    assert.deepEqual([...((await store.open().state())?.tombstones.keys() ?? [])].sort(), ['a', 'b'])
    store.clock.now += 200_000
    await log.checkpoint()
    assert.deepEqual([...((await store.open().state())?.tombstones.keys() ?? [])], ['b'])
    assert.deepEqual([...((await log.state())?.tombstones.keys() ?? [])], ['b'])
  })

  it('tells its history with operations, engines and counts, newest first and in pages', async () => {
    const { store, log } = await opened()
    await appendFiles(log, 'a', 'b')
    await log.commit({
      kind: 'rewrite',
      operation: 'OPTIMIZE',
      operationParameters: { targetSize: 1 },
      operationMetrics: { numAddedFiles: 1, numRemovedFiles: 2 },
      read: await log.state(),
      actions: [
        { add: { ...addOf('c'), dataChange: false, stats: '{"numRecords":2}' } },
        { remove: { path: 'a', dataChange: false } },
        { remove: { path: 'b', dataChange: false } },
      ],
    })
    store.write(
      '_delta_log/00000000000000000003.json',
      '{"commitInfo":{"operation":"WRITE","clientVersion":"delta-rs.0.1"}}\n',
    )
    const history = await log.history()
    assert.deepEqual(
      history.map(({ version, operation, engine, addedFiles, removedFiles, addedRows }) => [
        version,
        operation,
        engine,
        addedFiles,
        removedFiles,
        addedRows,
      ]),
      [
        [3, 'WRITE', 'delta-rs.0.1', 0, 0, 0],
        [2, 'OPTIMIZE', 'test/1', 1, 2, 0],
        [1, 'WRITE', 'test/1', 2, 0, 2],
        [0, 'CREATE TABLE', 'test/1', 0, 0, 0],
      ],
    )
    assert.deepEqual(history[1]?.operationMetrics, { numAddedFiles: '1', numRemovedFiles: '2' })
    assert.deepEqual(
      history.map(({ timestamp }) => timestamp),
      history
        .map(({ timestamp }) => timestamp)
        .sort()
        .reverse(),
    )
    assert.deepEqual(
      (await log.history({ limit: 2, before: 3 })).map(({ version }) => version),
      [2, 1],
    )
  })

  it('starts anew where a table was deleted and made again', async () => {
    const { store, log } = await opened()
    await appendFiles(log, 'a')
    store.contents.clear()
    await createTable(store.open())
    store.write('_delta_log/_last_checkpoint', '{"version":5}')
    assert.equal((await log.state())?.version, 0)
  })

  it('refuses a first version without a schema', async () => {
    const log = createTestStore().open()
    const actions = tableActions().slice(0, 1)
    await assert.rejects(
      log.commit({ kind: 'metadata', operation: 'CREATE TABLE', read: null, actions }),
      TypeError,
    )
  })
})
