import assert from 'node:assert/strict'
import { appendFile, copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { EventLog } from '#ports/event-log.ts'
import { filesOf, openNoting, readAll, scratchDirectory } from './testing.ts'

const TOPIC = 'topic'
const open = async (t: TestContext, directory: string) => {
  const opened = await openNoting({ directory, maxSegmentBytes: 4096, ringBytes: 0 })
  t.after(() => opened.log[Symbol.asyncDispose]())
  await opened.log.createTopics([{ name: TOPIC, partitions: 1, compacted: true }])
  return opened.log
}
const put = (log: EventLog, key: string, value: string) =>
  log.append(TOPIC, [{ key, value: value.padEnd(1000) }])
/** Whether a compacted file has taken the place of the first one. */
const isCompacted = async (directory: string): Promise<boolean> => {
  const files = await filesOf(directory, TOPIC)
  return /-\d{16}\.log$/.test(files[0] ?? '') && !files.some(path => path.endsWith('/0000000000000000.log'))
}
/** Overwrites one key until the partition has been compacted. */
const churn = async (log: EventLog, directory: string) => {
  for (let i = 0; i < 5000; i++) {
    await put(log, 'churn', String(i))
    if (await isCompacted(directory)) return
  }
  assert.fail('Nothing was compacted.')
}

test('a reader that a compaction overtakes misses no key', async t => {
  const directory = await scratchDirectory(t)
  const log = await open(t, directory)
  for (let i = 0; i < 30; i++) await put(log, `key ${i}`, String(i))
  const keys = new Set<string>()
  let churned = false
  for await (const { records, gaps } of log.read(TOPIC, { from: 'earliest', maxRecords: 1 })) {
    assert.deepEqual(gaps, [])
    for (const { key } of records) keys.add(Buffer.from(key!).toString())
    if (churned) continue
    churned = true
    await churn(log, directory)
  }
  assert.deepEqual(
    [...keys],
    Array.from({ length: 30 }, (_, i) => `key ${i}`),
  )
})

test('a compaction that was interrupted after its rename loses and doubles nothing', async t => {
  const directory = await scratchDirectory(t)
  const saved = join(directory, 'saved')
  const log = await open(t, directory)
  for (let i = 0; i < 20; i++) await put(log, 'churn', String(i))
  await put(log, 'early', 'kept')
  const [first] = await filesOf(directory, TOPIC)
  await copyFile(first!, saved)
  await churn(log, directory)
  await put(log, 'late', 'kept')
  const before = await readAll(log, TOPIC)
  await log[Symbol.asyncDispose]()

  // What a crash between the rename and the removal of the old files leaves, and one before the rename.
  const compacted = (await filesOf(directory, TOPIC)).find(path => path.includes('-'))!
  await copyFile(saved, first!)
  await appendFile(`${compacted}.tmp`, 'half a compaction')
  const again = await open(t, directory)
  assert.deepEqual(await readAll(again, TOPIC), before)
  const names = await readdir(join(directory, TOPIC, '0'))
  assert.ok(!names.some(name => name.endsWith('.tmp') || first!.endsWith(name)))
  const values = before.values.map(value => value.trim())
  assert.equal(values.filter(value => value === 'kept').length, 2)
})

test('a deletion stays readable for a day, so that whoever saw the value sees it go', async t => {
  const directory = await scratchDirectory(t)
  const log = await open(t, directory)
  const now = Date.now()
  await put(log, 'recent', 'value')
  await put(log, 'ancient', 'value')
  await log.append(TOPIC, [
    { key: 'recent', value: '', timestamp: now - 3600_000 },
    { key: 'ancient', value: '', timestamp: now - 25 * 3600_000 },
  ])
  await churn(log, directory)
  const keys: string[] = []
  for await (const { records } of log.read(TOPIC, { from: 'earliest' })) {
    for (const { key } of records) keys.push(Buffer.from(key!).toString())
  }
  assert.equal(keys.filter(key => key === 'recent').length, 1)
  assert.ok(!keys.includes('ancient'))
})
