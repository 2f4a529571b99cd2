import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import type { LogRecord } from '#ports/event-log.ts'
import { createPartitionSource } from './partition-source.ts'

const records = (from: number, to: number, bytes = 1): LogRecord[] =>
  Array.from({ length: to - from }, (_, i) => ({
    topic: 't',
    partition: 0,
    offset: from + i,
    timestamp: 0,
    key: null,
    value: new Uint8Array(bytes),
    headers: {},
  }))
const open = (options: { at: number; from?: number; to?: number }) => {
  const onChange = mock.fn()
  return { onChange, source: createPartitionSource({ topic: 't', partition: 0, ...options, onChange }) }
}
const offsets = (batch: { records: readonly LogRecord[] } | null): number[] =>
  (batch?.records ?? []).map(({ offset }) => offset)

describe("a reader's place in a partition", () => {
  test('gives what was fetched in portions, and wakes its reader for it', () => {
    const { source, onChange } = open({ at: 5 })
    source.put(records(4, 10), 12)
    assert.equal(onChange.mock.callCount(), 1)
    assert.equal(source.at, 12)
    assert.deepEqual(
      [offsets(source.take(3)), offsets(source.take(3)), source.take(3)],
      [[5, 6, 7], [8, 9], null],
    )
  })
  test('is hungry until enough is read ahead, by count or by bytes', () => {
    const { source } = open({ at: 0 })
    source.put(records(0, 1500), 1500)
    assert.equal(source.isHungry, false)
    source.take(1000)
    assert.equal(source.isHungry, true)
    source.put(records(1500, 1501, 600_000), 1501)
    assert.equal(source.isHungry, false)
  })
  test('ends before its end, also where the last offsets hold nothing', () => {
    const { source, onChange } = open({ at: 0, to: 8 })
    source.put(records(0, 3), 9)
    assert.deepEqual([source.isHungry, source.isDone], [false, false])
    assert.deepEqual(offsets(source.take(10)), [0, 1, 2])
    assert.equal(source.isDone, true)
    const nothing = open({ at: 3, to: 8 })
    nothing.source.put([], 8)
    assert.deepEqual([nothing.onChange.mock.callCount(), nothing.source.isDone], [1, true])
    assert.equal(onChange.mock.callCount(), 1)
  })
  test('says what retention has taken, up to its end and no further', () => {
    const { source } = open({ at: 2, to: 10 })
    source.put(records(2, 4), 4)
    source.skipTo(20)
    assert.deepEqual(offsets(source.take(10)), [2, 3])
    assert.deepEqual(source.take(10)?.gaps, [{ partition: 0, from: 4, to: 10 }])
    assert.equal(source.isDone, true)
  })
  test('waits for an offset that does not exist yet', () => {
    const { source } = open({ at: 10, from: 12 })
    source.put(records(10, 12), 12)
    assert.equal(source.take(10), null)
    source.put(records(12, 14), 14)
    assert.deepEqual(offsets(source.take(10)), [12, 13])
  })
  test('throws what has ended it only behind the records that came before', () => {
    const { source } = open({ at: 0 })
    source.put(records(0, 2), 2)
    source.fail(new Error('gone'))
    source.put(records(2, 4), 4)
    assert.deepEqual(offsets(source.take(10)), [0, 1])
    assert.throws(() => source.take(10), { message: 'gone' })
  })
  test('forgets everything once closed', () => {
    const { source } = open({ at: 0 })
    source.put(records(0, 2), 2)
    source.close()
    source.put(records(2, 4), 4)
    assert.deepEqual([source.take(10), source.isHungry, source.isDone], [null, false, true])
  })
})
