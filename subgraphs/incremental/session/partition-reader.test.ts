import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { RecordBatch } from '#ports/event-log.ts'
import { EVENT } from './packed-items.ts'
import { createPartitionReader } from './partition-reader.ts'
import { logRecord } from './test-items.ts'

function open(records: AsyncIterable<RecordBatch>, signal = new AbortController().signal) {
  return createPartitionReader({
    kind: EVENT,
    partition: 0,
    position: 0,
    records,
    signal,
    onArrival: () => {},
    onGap: () => {},
  })
}

const record = (offset: number) => logRecord({ partition: 0, offset, value: 'x' })

test('records that were taken are let go of, also while the reader never runs empty', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let first: WeakRef<object> | undefined
  async function* batches(): AsyncGenerator<RecordBatch> {
    for (let offset = 0; offset < 20_000; offset += 500) {
      const records = Array.from({ length: 500 }, (_, i) => record(offset + i))
      first ??= new WeakRef(records[0] as object)
      yield { records, gaps: [] }
    }
    await new Promise(() => {})
  }
  const reader = open(batches())
  await turn()
  for (let taken = 0; taken < 10_000; taken++) {
    assert.equal(reader.take().offset, taken)
    if (taken % 100 === 0) await turn()
    assert.ok(reader.head)
  }
  await turn()
  collect()
  assert.equal(first?.deref(), undefined)
  assert.equal(reader.take().offset, 10_000)
})

test('a gap that comes while records wait moves the position once they are taken', async () => {
  async function* batches(): AsyncGenerator<RecordBatch> {
    yield { records: [record(0)], gaps: [] }
    yield { records: [], gaps: [{ partition: 0, from: 1, to: 10 }] }
    await new Promise(() => {})
  }
  const reader = open(batches())
  await turn()
  assert.equal(reader.position, 0)
  reader.take()
  assert.equal(reader.position, 10)
})

test('an abort ends the read also when its last batch comes after it', async () => {
  const stop = new AbortController()
  let ended = false
  async function* batches(): AsyncGenerator<RecordBatch> {
    try {
      await turn()
      yield { records: Array.from({ length: 3000 }, (_, offset) => record(offset)), gaps: [] }
    } finally {
      ended = true
    }
  }
  open(batches(), stop.signal)
  stop.abort()
  await turn()
  await turn()
  await turn()
  assert.equal(ended, true)
})
