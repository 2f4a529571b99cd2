import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import type { LogRecord } from '#ports/event-log.ts'
import { type FileCalls, realFileCalls } from './durable-file.ts'
import { filesOf, numbers, openNoting, readAll, scratchDirectory } from './testing.ts'

const TOPIC = 'topic'
const failed = { code: 'LOG_WRITE_FAILED' }
const records = (...values: string[]) => values.map(value => ({ value }))

/** The real calls, each of which can be made to fail. */
const faultyCalls = () => {
  const faults: { write: string | null; sync: string | null; truncate: string | null } = {
    write: null,
    sync: null,
    truncate: null,
  }
  const fail = (code: string) => Object.assign(new Error(`${code}: made to fail.`), { code })
  const calls: FileCalls = {
    async write(fd, buffers, position) {
      if (!faults.write) return realFileCalls.write(fd, buffers, position)
      // A disk that fills up takes a part before it refuses the rest.
      const half = buffers[0]!.subarray(0, buffers[0]!.length >> 1)
      await realFileCalls.write(fd, [half], position)
      throw fail(faults.write)
    },
    async sync(fd) {
      if (faults.sync) throw fail(faults.sync)
      await realFileCalls.sync(fd)
    },
    async truncate(fd, length) {
      if (faults.truncate) throw fail(faults.truncate)
      await realFileCalls.truncate(fd, length)
    },
  }
  return { faults, calls }
}

for (const [title, fault] of [
  ['a full disk', { write: 'ENOSPC' }],
  ['a failed sync', { sync: 'EIO' }],
  ['a full disk that cannot be cut back at once', { write: 'ENOSPC', truncate: 'EIO' }],
] as const) {
  test(`${title} rejects the append, shows nothing of it, and later appends work again`, async t => {
    const directory = await scratchDirectory(t)
    const { faults, calls } = faultyCalls()
    {
      await using opened = await openNoting({ directory, calls, ringBytes: 0 })
      const { log } = opened
      await log.createTopics([{ name: TOPIC, partitions: 1 }])
      const heard: LogRecord[] = []
      await log.tail(TOPIC, batch => heard.push(...batch))
      await log.append(TOPIC, records('a', 'b'))
      Object.assign(faults, fault)
      await assert.rejects(log.append(TOPIC, records('lost')), failed)
      await assert.rejects(
        Promise.all([log.append(TOPIC, records('lost')), log.append(TOPIC, records('lost'))]),
        failed,
      )
      assert.deepEqual((await readAll(log, TOPIC)).values, ['a', 'b'])
      Object.assign(faults, { write: null, sync: null, truncate: null })
      assert.deepEqual(await log.append(TOPIC, records('c')), [{ partition: 0, offset: 2 }])
      assert.deepEqual((await readAll(log, TOPIC)).values, ['a', 'b', 'c'])
      assert.deepEqual(
        heard.map(({ offset }) => offset),
        [0, 1, 2],
      )
    }
    await using again = await openNoting({ directory })
    assert.deepEqual([again.repairs, (await readAll(again.log, TOPIC)).values], [[], ['a', 'b', 'c']])
  })
}

test('a disk that stays full still closes cleanly and opens again', async t => {
  const directory = await scratchDirectory(t)
  const { faults, calls } = faultyCalls()
  {
    await using opened = await openNoting({ directory, calls })
    await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
    await opened.log.append(TOPIC, records('a'))
    Object.assign(faults, { write: 'ENOSPC', truncate: 'ENOSPC' })
    await assert.rejects(opened.log.append(TOPIC, records('lost')), failed)
  }
  await using again = await openNoting({ directory })
  assert.equal(again.repairs.length, 1)
  assert.deepEqual((await readAll(again.log, TOPIC)).values, ['a'])
})

test('short writes are completed', async t => {
  const directory = await scratchDirectory(t)
  const calls: FileCalls = {
    ...realFileCalls,
    write: (fd, buffers, position) => realFileCalls.write(fd, [buffers[0]!.subarray(0, 7)], position),
  }
  await using opened = await openNoting({ directory, calls, ringBytes: 0 })
  await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
  await Promise.all([
    opened.log.append(TOPIC, records(...numbers(20))),
    opened.log.append(TOPIC, records(...numbers(20, 20))),
  ])
  assert.deepEqual((await readAll(opened.log, TOPIC)).values, numbers(40))
})

test('concurrent appends share syncs, one at a time per file and files side by side', async t => {
  const directory = await scratchDirectory(t)
  const inFlight = new Map<number, number>()
  let [syncs, mostPerFile, mostTogether] = [0, 0, 0]
  const calls: FileCalls = {
    ...realFileCalls,
    async sync(fd) {
      syncs += 1
      inFlight.set(fd, (inFlight.get(fd) ?? 0) + 1)
      mostPerFile = Math.max(mostPerFile, ...inFlight.values())
      mostTogether = Math.max(
        mostTogether,
        [...inFlight.values()].reduce((a, b) => a + b),
      )
      await realFileCalls.sync(fd)
      inFlight.set(fd, inFlight.get(fd)! - 1)
    },
  }
  await using opened = await openNoting({ directory, calls })
  await opened.log.createTopics([{ name: TOPIC, partitions: 2 }])
  syncs = mostTogether = 0
  await Promise.all(
    Array.from({ length: 400 }, (_, i) => opened.log.append(TOPIC, records('x'), { partition: i % 2 })),
  )
  assert.deepEqual([mostPerFile, mostTogether], [1, 2])
  assert.ok(syncs <= 8, `${syncs} syncs for 400 appends.`)
})

test('no reader sees a record before it is synced', async t => {
  const directory = await scratchDirectory(t)
  let [written, durable, checks] = [0, 0, 0]
  const check = async () => {
    const [partition] = (await opened.log.topics([TOPIC]))[0]!.partitions
    assert.ok(partition!.bytes! <= durable, `${partition!.bytes} bytes to be seen, ${durable} synced.`)
    assert.equal((await readAll(opened.log, TOPIC)).offsets.length, partition!.end)
    checks += 1
  }
  const calls: FileCalls = {
    ...realFileCalls,
    async write(fd, buffers, position) {
      const bytes = await realFileCalls.write(fd, buffers, position)
      // Zeros are space that is reserved.
      for (const buffer of buffers) if (buffer.some(byte => byte !== 0)) written += buffer.length
      await check()
      return bytes
    },
    async sync(fd) {
      await realFileCalls.sync(fd)
      if (written > 0) await check()
      durable = written
    },
  }
  await using opened = await openNoting({ directory, calls })
  await opened.log.createTopics([{ name: TOPIC, partitions: 1 }])
  await opened.log.tail(TOPIC, () => void check())
  for (let i = 0; i < 5; i++)
    await Promise.all([opened.log.append(TOPIC, records('x')), opened.log.append(TOPIC, records('y'))])
  assert.ok(checks >= 20)
})

test('retention deletes files, and a topic that nobody writes to also ages', async t => {
  const directory = await scratchDirectory(t)
  let now = 1_000_000
  await using opened = await openNoting({ directory, now: () => now, maxSegmentBytes: 4096 })
  await opened.log.createTopics([{ name: TOPIC, partitions: 1, retentionMs: 1000 }])
  for (let i = 0; i < 20; i++) await opened.log.append(TOPIC, [{ value: 'x'.repeat(1000) }])
  const before = await filesOf(directory, TOPIC)
  now += 2000
  while ((await opened.log.topics([TOPIC]))[0]!.partitions[0]!.start < 20) await new Promise(setImmediate)
  assert.equal((await opened.log.topics([TOPIC]))[0]!.partitions[0]!.bytes, 0)
  await opened.log[Symbol.asyncDispose]()
  const [left, ...others] = await filesOf(directory, TOPIC)
  assert.ok(before.length >= 5 && others.length === 0)
  assert.equal((await stat(left!)).size, 0)
  assert.equal((await filesOf(directory, TOPIC, '.index')).length, 1)
  await using again = await openNoting({ directory })
  assert.deepEqual((await again.log.append(TOPIC, records('next')))[0], { partition: 0, offset: 20 })
})
