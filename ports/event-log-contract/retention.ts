import assert from 'node:assert/strict'
import type { EventLog } from '../event-log.ts'
import { type Bench, collect, createTopic, drain, noise, numbered, text, until } from './bench.ts'

const SLOW = 'This engine drops and compacts in its own time.'
/** A segment of an engine that says nothing, in which the sizes below are given. */
const SEGMENT_BYTES = 8 * 1024
const watermarks = async (log: EventLog, topic: string) => (await log.topics([topic]))[0]!.partitions[0]!

export const retentionSpecifications = ({ specificationIf, contract }: Bench): void => {
  const prompt = contract.features?.promptUpkeep
  const scale = (contract.features?.segmentBytes ?? SEGMENT_BYTES) / SEGMENT_BYTES

  specificationIf(
    prompt,
    SLOW,
    'keeps a topic within its bytes and reports what is gone as a gap',
    async log => {
      const retentionBytes = 64 * 1024 * scale
      const recordBytes = 1000 * scale
      const topic = await createTopic(log, { partitions: 1, retentionBytes })
      for (let i = 0; i < 200; i++) await log.append(topic, [{ value: noise(`${i}:`, recordBytes, i) }])
      await until('retention', async () => {
        const { start, end, bytes } = await watermarks(log, topic)
        return (bytes ?? (end - start) * recordBytes) <= retentionBytes
      })
      const { start, end } = await watermarks(log, topic)
      assert.ok(start > 100 && start < 180, `Low watermark ${start}.`)
      assert.equal(end, 200)

      const fromZero = await drain(log.read(topic, { from: [0], maxRecords: 10 }))
      assert.deepEqual(fromZero.gaps, [{ partition: 0, from: 0, to: start }])
      assert.deepEqual(
        fromZero.records.map(({ offset }) => offset),
        Array.from({ length: end - start }, (_, i) => start + i),
      )
      assert.ok(text(fromZero.records[0]!.value)!.startsWith(`${start}:`))
      assert.deepEqual((await drain(log.read(topic, { from: [10], to: [20] }))).gaps, [
        { partition: 0, from: 10, to: 20 },
      ])
      const earliest = await drain(log.read(topic, { from: 'earliest' }))
      assert.deepEqual([earliest.gaps.length, earliest.records.length], [0, end - start])

      const abort = new AbortController()
      const follower = collect(log.follow(topic, { from: [0], signal: abort.signal }))
      await until('the follower', () => follower.records.length === end - start)
      abort.abort()
      await follower.done
      assert.deepEqual(follower.gaps, [{ partition: 0, from: 0, to: start }])
    },
  )

  specificationIf(
    prompt,
    SLOW,
    'tells a reader that falls behind retention what it has missed',
    async log => {
      const topic = await createTopic(log, { partitions: 1, retentionBytes: 32 * 1024 * scale })
      await log.append(topic, numbered(5))
      const reader = log.follow(topic, { from: 'earliest', maxRecords: 2 })[Symbol.asyncIterator]()
      const first = await reader.next()
      assert.deepEqual(
        first.value.records.map(({ offset }: { offset: number }) => offset),
        [0, 1],
      )
      for (let i = 0; i < 100; i++) await log.append(topic, [{ value: noise('', 1000 * scale, i) }])
      await until('retention', async () => (await watermarks(log, topic)).start > 50)
      // What was read ahead may come before the gap; whatever does not come is in it.
      let next = 2
      let skipped = 0
      while (next < 105) {
        const { value } = await reader.next()
        for (const { from, to } of value.gaps) {
          assert.equal(from, next)
          skipped += to - from
          next = to
        }
        for (const { offset } of value.records) assert.equal(offset, next++)
      }
      assert.ok(skipped > 0)
      await reader.return?.()
    },
  )

  specificationIf(prompt, SLOW, 'drops records past their time', async log => {
    const retentionMs = 3600_000
    const topic = await createTopic(log, { partitions: 1, retentionMs })
    const now = Date.now()
    const old = numbered(10).map(record => ({ ...record, timestamp: now - 2 * retentionMs }))
    await log.append(topic, old)
    await log.append(topic, numbered(3, 10))
    await until('retention', async () => (await watermarks(log, topic)).start === 10)
    const { records, gaps } = await drain(log.read(topic, { from: [4] }))
    assert.deepEqual(gaps, [{ partition: 0, from: 4, to: 10 }])
    assert.deepEqual(
      records.map(({ value }) => text(value)),
      ['10', '11', '12'],
    )
    await log.append(topic, old)
    assert.equal((await watermarks(log, topic)).start, 10)
  })

  specificationIf(
    prompt,
    SLOW,
    'compacts to the newest record of each key; the holes are no gaps',
    async log => {
      const topic = await createTopic(log, { partitions: 1, compacted: true })
      const abort = new AbortController()
      const follower = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
      const state = new Map<string, string>()
      let appended = 0
      for (let round = 0; round < 60; round++) {
        const records = Array.from({ length: 20 }, (_, i) => ({
          key: `key ${i}`,
          value: noise(`${round}:${i}.`, 200 * scale, round * 20 + i),
        }))
        if (round === 50) records[3]!.value = new Uint8Array(0)
        if (round > 50) records.splice(3, 1)
        for (const { key, value } of records) state.set(key, text(value)!)
        appended += (await log.append(topic, records)).length
      }
      await until(
        'compaction',
        async () => (await drain(log.read(topic, { from: 'earliest' }))).records.length < appended / 2,
      )
      for (const from of ['earliest', [0]] as const) {
        const { records, gaps } = await drain(log.read(topic, { from, maxRecords: 7 }))
        assert.deepEqual(gaps, [])
        const offsets = records.map(({ offset }) => offset)
        assert.deepEqual(
          offsets,
          [...new Set(offsets)].toSorted((a, b) => a - b),
        )
        const read = new Map(records.map(({ key, value }) => [text(key)!, text(value)!]))
        assert.deepEqual(Object.fromEntries(read), Object.fromEntries(state))
      }
      assert.equal((await watermarks(log, topic)).end, appended)
      await until('the follower', () => follower.records.at(-1)?.offset === appended - 1)
      abort.abort()
      await follower.done
      assert.deepEqual(follower.gaps, [])
    },
  )

  specificationIf(true, '', 'a compacted topic refuses records without a key', async log => {
    const topic = await createTopic(log, { partitions: 1, compacted: true })
    await assert.rejects(log.append(topic, numbered(1)), { code: 'INVALID_ARGUMENT' })
  })
}
