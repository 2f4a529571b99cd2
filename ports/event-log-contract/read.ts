import assert from 'node:assert/strict'
import { type Bench, createTopic, drain, numbered, values } from './bench.ts'

export const readSpecifications = ({ specification }: Bench): void => {
  specification('a read ends at the end as it stood at the call', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await log.append(topic, numbered(20), { partition: 0 })
    await log.append(topic, numbered(20), { partition: 1 })
    const read = log.read(topic, { from: 'earliest', maxRecords: 5 })
    const seen: string[] = []
    for await (const { records } of read) {
      seen.push(...records.map(({ partition, offset }) => `${partition}:${offset}`))
      await log.append(topic, numbered(1), { partition: 0 })
    }
    const wanted = [0, 1].flatMap(partition =>
      Array.from({ length: 20 }, (_, offset) => `${partition}:${offset}`),
    )
    assert.deepEqual(seen.toSorted(), wanted.toSorted())
  })

  specification('a read starts at the offsets given and stops before `to`', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    for (const partition of [0, 1]) await log.append(topic, numbered(10), { partition })
    const offsets = async (options: Parameters<typeof log.read>[1]) => {
      const { records, gaps } = await drain(log.read(topic, options))
      assert.deepEqual(gaps, [])
      return [0, 1].map(p => records.filter(({ partition }) => partition === p).map(({ offset }) => offset))
    }
    assert.deepEqual(await offsets({ from: [8, 9] }), [[8, 9], [9]])
    assert.deepEqual(await offsets({ from: [7, 0], to: [9, 2] }), [
      [7, 8],
      [0, 1],
    ])
    assert.deepEqual(await offsets({ from: [9, 9], to: [100, 0] }), [[9], []])
    assert.deepEqual(await offsets({ from: [50, 10] }), [[], []])
    assert.deepEqual(await offsets({ from: 'latest' }), [[], []])
    assert.deepEqual(await offsets({ from: [8, 8], partitions: [1] }), [[], [8, 9]])
    assert.deepEqual(await offsets({ from: 'earliest', partitions: [] }), [[], []])
  })

  specification('batches hold no more than maxRecords and are never empty', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    for (let i = 0; i < 10; i++) await log.append(topic, numbered(10, i * 10))
    for (const maxRecords of [1, 7, 10, 1000]) {
      const seen: (string | null)[] = []
      for await (const { records } of log.read(topic, { from: 'earliest', maxRecords })) {
        assert.ok(records.length > 0 && records.length <= maxRecords)
        seen.push(...values(records))
      }
      assert.deepEqual(
        seen,
        numbered(100).map(({ value }) => value),
      )
    }
  })

  specification('refuses offsets, partitions and sizes that do not fit the topic', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    const invalid = { code: 'INVALID_ARGUMENT' }
    for (const from of [[0], [0, 0, 0], [-1, 0], [0.5, 0], [Number.NaN, 0]]) {
      await assert.rejects(async () => drain(log.read(topic, { from })), invalid)
    }
    await assert.rejects(async () => drain(log.read(topic, { from: 'earliest', to: [1] })), invalid)
    await assert.rejects(async () => drain(log.read(topic, { from: 'earliest', partitions: [2] })), invalid)
    await assert.rejects(async () => drain(log.read(topic, { from: 'earliest', maxRecords: 0 })), invalid)
  })

  specification('an abort ends a read without an error', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await log.append(topic, numbered(100))
    const abort = new AbortController()
    let count = 0
    for await (const { records } of log.read(topic, {
      from: 'earliest',
      maxRecords: 10,
      signal: abort.signal,
    })) {
      count += records.length
      if (count === 30) abort.abort()
    }
    assert.equal(count, 30)
    const { records } = await drain(log.read(topic, { from: 'earliest', signal: abort.signal }))
    assert.deepEqual(records, [])
  })
}
