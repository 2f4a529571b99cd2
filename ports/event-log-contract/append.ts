import assert from 'node:assert/strict'
import type { NewRecord } from '../event-log.ts'
import { type Bench, createTopic, drain, numbered, text, values } from './bench.ts'

/** Keys with the murmur2 hashes that the Java client's own test lists (`UtilsTest.testMurmur2`). */
const MURMUR2 = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107,
} as const

export const appendSpecifications = ({ specification }: Bench): void => {
  specification("sends keyed records to the partition that Kafka's Java client chooses", async log => {
    for (const partitions of [3, 7, 16]) {
      const topic = await createTopic(log, { partitions })
      for (const [key, hash] of Object.entries(MURMUR2)) {
        const wanted = (hash & 0x7fffffff) % partitions
        const asText = await log.append(topic, [{ key, value: 'x' }])
        const asBytes = await log.append(topic, [{ key: new TextEncoder().encode(key), value: 'x' }])
        assert.deepEqual(
          [asText[0]!.partition, asBytes[0]!.partition],
          [wanted, wanted],
          `${key} of ${partitions}`,
        )
      }
    }
  })

  specification('spreads records without a key evenly, within a batch and between batches', async log => {
    const topic = await createTopic(log, { partitions: 3 })
    const batch = await log.append(topic, numbered(6))
    const single = [
      ...(await log.append(topic, numbered(1))),
      ...(await log.append(topic, numbered(1))),
      ...(await log.append(topic, numbered(1))),
    ]
    for (const positions of [batch, single]) {
      const counts = [0, 0, 0]
      for (const { partition } of positions) counts[partition]! += 1
      assert.equal(Math.max(...counts), Math.min(...counts))
    }
  })

  specification('an explicit partition overrides key and turn', async log => {
    const topic = await createTopic(log, { partitions: 3 })
    const positions = await log.append(
      topic,
      [{ key: 'abc', value: '0' }, { value: '1' }, { key: '21', value: '2' }],
      { partition: 1 },
    )
    assert.deepEqual(
      positions,
      [0, 1, 2].map(offset => ({ partition: 1, offset })),
    )
    for (const partition of [-1, 3, 0.5]) {
      await assert.rejects(log.append(topic, numbered(1), { partition }), { code: 'INVALID_ARGUMENT' })
    }
  })

  specification('keeps the order of a batch and says where each record went', async log => {
    const topic = await createTopic(log, { partitions: 3 })
    const records = Array.from(
      { length: 300 },
      (_, i): NewRecord => ({ key: `key ${i % 17}`, value: String(i) }),
    )
    const positions = await log.append(topic, records)
    const { records: read } = await drain(log.read(topic, { from: 'earliest' }))
    const byPosition = new Map(
      read.map(record => [`${record.partition}:${record.offset}`, text(record.value)]),
    )
    assert.deepEqual(
      positions.map(({ partition, offset }) => byPosition.get(`${partition}:${offset}`)),
      records.map(({ value }) => value),
    )
    for (const partition of [0, 1, 2]) {
      const order = read
        .filter(record => record.partition === partition)
        .map(({ value }) => Number(text(value)))
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      )
    }
  })

  specification('returns a record as it was given: key, value, headers, timestamp', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const binary = Uint8Array.from({ length: 256 }, (_, i) => i)
    const before = Date.now()
    await log.append(topic, [
      {
        key: binary,
        value: binary,
        headers: { type: 'prediction', empty: '', ünï: '✓ 🎉' },
        timestamp: 1_700_000_000_123,
      },
      { key: null, value: '' },
      { key: '', value: 'häß 🎉' },
      { value: new Uint8Array(0), headers: {} },
    ])
    const { records } = await drain(log.read(topic, { from: 'earliest' }))
    const plain = records.map(({ key, value, headers, offset, partition }) => ({
      key: key && [...key],
      value: [...value],
      headers: { ...headers },
      offset,
      partition,
    }))
    assert.deepEqual(plain, [
      {
        key: [...binary],
        value: [...binary],
        headers: { type: 'prediction', empty: '', ünï: '✓ 🎉' },
        offset: 0,
        partition: 0,
      },
      { key: null, value: [], headers: {}, offset: 1, partition: 0 },
      { key: [], value: [...new TextEncoder().encode('häß 🎉')], headers: {}, offset: 2, partition: 0 },
      { key: null, value: [], headers: {}, offset: 3, partition: 0 },
    ])
    assert.equal(records[0]!.timestamp, 1_700_000_000_123)
    assert.ok(records[1]!.timestamp >= before && records[1]!.timestamp <= Date.now())
    assert.ok(records.every(record => record.topic === topic))
  })

  specification('keeps a record apart from the buffers of its caller', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const key = new TextEncoder().encode('key')
    const value = new TextEncoder().encode('value')
    const appended = log.append(topic, [{ key, value }])
    key.fill(0)
    value.fill(0)
    await appended
    const { records } = await drain(log.read(topic, { from: 'earliest' }))
    assert.deepEqual([text(records[0]!.key), text(records[0]!.value)], ['key', 'value'])
  })

  specification('takes large records and large batches', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const large = new Uint8Array(700_000).map((_, i) => i * 31)
    await log.append(topic, [{ value: large }, ...numbered(5000), { value: large }])
    const { records } = await drain(log.read(topic, { from: 'earliest' }))
    assert.equal(records.length, 5002)
    assert.ok(
      Buffer.from(large).equals(records[0]!.value) && Buffer.from(large).equals(records.at(-1)!.value),
    )
    assert.deepEqual(
      values(records.slice(1, -1)),
      numbered(5000).map(({ value }) => value),
    )
  })

  specification('an empty batch is no batch', async log => {
    const topic = await createTopic(log)
    assert.deepEqual(await log.append(topic, []), [])
  })

  specification('a batch with one bad record appends nothing', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const bad: unknown[] = [
      { value: 7 },
      { value: undefined },
      { key: 7, value: '' },
      { value: '', timestamp: Number.NaN },
    ]
    for (const record of bad) {
      await assert.rejects(log.append(topic, [{ value: 'good' }, record as NewRecord]), {
        code: 'INVALID_ARGUMENT',
      })
    }
    assert.equal((await log.topics([topic]))[0]!.partitions[0]!.end, 0)
  })

  specification('an aborted signal stops an append before it begins', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await assert.rejects(log.append(topic, numbered(1), { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    })
    assert.equal((await log.topics([topic]))[0]!.partitions[0]!.end, 0)
  })

  specification('interleaved appends of many callers keep the order of each', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const callers = Array.from({ length: 20 }, async (_, caller) => {
      for (let call = 0; call < 10; call++) {
        const positions = await log.append(
          topic,
          Array.from({ length: 5 }, (_, i) => ({ value: `${caller}:${call * 5 + i}` })),
        )
        assert.deepEqual(
          positions.map(({ offset }) => offset - positions[0]!.offset),
          [0, 1, 2, 3, 4],
        )
      }
    })
    const unawaited = Array.from({ length: 50 }, (_, i) => log.append(topic, [{ value: `u:${i}` }]))
    await Promise.all([...callers, ...unawaited])
    const { records } = await drain(log.read(topic, { from: 'earliest' }))
    assert.equal(records.length, 1050)
    for (const caller of [...Array.from({ length: 20 }, (_, i) => String(i)), 'u']) {
      const own = values(records).filter(value => value?.startsWith(`${caller}:`))
      assert.deepEqual(
        own,
        own.map((_, i) => `${caller}:${i}`),
      )
    }
  })
}
