import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { commitName } from './log-names.ts'
import { appendFiles, createTable, createTestStore, filesOf, tableActions } from './testing.ts'

const START = 1_767_571_200_000

/** A table with a version every second. */
const logOf = async (versions: number, configuration?: Record<string, string>) => {
  const store = createTestStore()
  const log = store.open()
  await createTable(log, configuration)
  for (let i = 1; i <= versions; i++) {
    store.clock.now = START + i * 1000
    await appendFiles(log, `f${i}`)
  }
  return { store, log }
}

const versionAt = async (log: ReturnType<ReturnType<typeof createTestStore>['open']>, timestamp: number) =>
  (await log.state({ timestamp }))?.version

describe('time travel', () => {
  it('gives every version by its number, before and behind checkpoints', async () => {
    const { store } = await logOf(25)
    const log = store.open()
    for (const version of [0, 1, 9, 10, 11, 19, 20, 21, 25]) {
      const state = await log.state({ version })
      assert.equal(state?.version, version)
      assert.equal(state?.files.size, version)
      assert.equal(state?.timestamp, START + version * 1000)
    }
  })

  it('gives the newest version at an instant', async () => {
    const { store } = await logOf(25)
    const log = store.open()
    assert.equal(await versionAt(log, START), 0)
    assert.equal(await versionAt(log, START + 999), 0)
    assert.equal(await versionAt(log, START + 1000), 1)
    assert.equal(await versionAt(log, START + 17_500), 17)
    assert.equal(await versionAt(log, START + 25_000), 25)
    assert.equal(await versionAt(log, START + 1e12), 25)
    await assert.rejects(versionAt(log, START - 1), {
      code: 'LAKE_VERSION_UNKNOWN',
      message: 'Table "t" has no version at 2026-01-04T23:59:59.999Z; it has versions 0 to 25.',
    })
  })

  it('finds an instant in a long log with few reads', async () => {
    const { store } = await logOf(400)
    for (let version = 0; version < 390; version++)
      store.contents.delete(`t/${commitName(version).replace('json', 'checkpoint.parquet')}`)
    const log = store.open()
    store.calls.length = 0
    assert.equal((await log.state({ version: 100 }))?.files.size, 100)
    store.calls.length = 0
    assert.equal(await versionAt(log, START + 100_250), 100)
    assert.ok(store.calls.length < 300, `${store.calls.length} calls`)
  })

  it('takes the time of the file where a commit states none', async () => {
    const store = createTestStore()
    const lines = tableActions().map(action => JSON.stringify(action))
    store.write(commitName(0), lines.join('\n'))
    store.clock.now += 5000
    store.write(commitName(1), '{"commitInfo":{"operation":"WRITE"}}')
    const log = store.open()
    assert.deepEqual(await versionAt(log, START + 4999), 0)
    assert.deepEqual(await versionAt(log, START + 5000), 1)
    assert.equal((await log.state({ version: 1 }))?.timestamp, START + 5000)
  })

  it('keeps versions in order where the clocks of other writers were not', async () => {
    const times = fc.array(fc.integer({ min: START, max: START + 20 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: -1, max: 40 }), async (stated, offset) => {
        const store = createTestStore()
        for (const [version, timestamp] of stated.entries()) {
          const lines = [{ commitInfo: { timestamp } }, ...(version === 0 ? tableActions() : [])]
          store.write(commitName(version), lines.map(line => JSON.stringify(line)).join('\n'))
        }
        const log = store.open()
        const adjusted: number[] = []
        for (const time of stated) adjusted.push(Math.max(time, (adjusted.at(-1) ?? 0) + 1))
        const found: (number | undefined)[] = []
        for (const version of stated.keys()) found.push((await log.state({ version }))?.timestamp)
        assert.deepEqual(found, adjusted)
        assert.deepEqual((await log.history()).map(({ timestamp }) => timestamp).reverse(), adjusted)
        const wanted = adjusted.findLastIndex(time => time <= START + offset)
        const version = versionAt(log, START + offset)
        if (wanted < 0) await assert.rejects(version, { code: 'LAKE_VERSION_UNKNOWN' })
        else assert.equal(await version, wanted)
      }),
      { seed: 7, numRuns: 40 },
    )
  })
})

describe('cleaning a log', () => {
  const retention = { 'delta.logRetentionDuration': 'interval 10 seconds' }

  it('deletes what no version within the retention needs', async () => {
    const { store, log } = await logOf(35, retention)
    const before = store.keys().length
    const { files, sizeBytes } = await log.clean()
    // Version 25 is the one at the oldest instant, and is read from checkpoint 20.
    assert.equal(files, 21)
    assert.ok(sizeBytes > 0)
    assert.equal(store.keys().length, before - files)
    for (const reader of [log, store.open()]) {
      assert.equal((await filesOf(reader)).length, 35)
      assert.equal((await filesOf(reader, 20)).length, 20)
      await assert.rejects(reader.state({ version: 19 }), { code: 'LAKE_VERSION_UNKNOWN' })
      assert.equal(await versionAt(reader, START + 20_000), 20)
      await assert.rejects(reader.state({ timestamp: START + 19_999 }), { code: 'LAKE_VERSION_UNKNOWN' })
    }
    assert.deepEqual(await log.clean(), { files: 0, sizeBytes: 0 })
    assert.equal(await appendFiles(log, 'f36'), 36)
  })

  it('takes checksums of others along, and leaves what it does not know', async () => {
    const { store, log } = await logOf(35, retention)
    const checksums = ['_delta_log/00000000000000000003.crc', '_delta_log/.00000000000000000003.json.crc']
    for (const key of checksums) store.write(key, '{}')
    store.write('_delta_log/notes.txt', '')
    await log.clean()
    for (const key of checksums) assert.ok(!store.keys().includes(key), key)
    assert.ok(store.keys().includes('_delta_log/notes.txt'))
  })

  it('keeps everything where nothing is old enough, or no checkpoint is', async () => {
    const young = await logOf(15)
    assert.deepEqual(await young.log.clean(), { files: 0, sizeBytes: 0 })
    const bare = await logOf(25, { ...retention, 'delta.checkpointInterval': '20' })
    assert.deepEqual(await bare.log.clean(), { files: 0, sizeBytes: 0 })
    assert.deepEqual(await createTestStore().open().clean(), { files: 0, sizeBytes: 0 })
  })

  it('is not misled by a clock that runs ahead of the table', async () => {
    const { store, log } = await logOf(35, retention)
    store.clock.now += 1e12
    assert.equal((await log.clean()).files, 21)
  })

  it('keeps the log whole where the checkpoint to lean on is damaged', async () => {
    const { store } = await logOf(35, retention)
    store.write(commitName(20).replace('json', 'checkpoint.parquet'), 'PAR1')
    const notices: string[] = []
    const log = store.open({ onNotice: (_, message) => notices.push(message) })
    assert.deepEqual(await log.clean(), { files: 0, sizeBytes: 0 })
    assert.match(notices.join(), /stays whole: checkpoint 20 can't be read/)
  })
})
