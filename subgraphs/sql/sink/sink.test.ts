import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { PortError } from '#ports/port-error.ts'
import type { Sink } from './open-sink.ts'
import { createSinkBench, QUARANTINE, TOPIC, until } from './test-bench.ts'
import { positionId } from './transaction-ids.ts'

const statusOf = (sink: Sink, table = TOPIC) => {
  const found = sink.status().tables.find(status => status.table === table)
  assert.ok(found)
  return found
}

describe('a sink', () => {
  test('puts every record into the table or into quarantine, once', async () => {
    await using bench = await createSinkBench()
    await bench.produce(500)
    await bench.log.append(TOPIC, [{ value: '{' }, { value: Uint8Array.of(0xff) }, { value: '' }])
    await using sink = await bench.open()
    await sink.flush()
    assert.deepEqual(await bench.audit(), { rows: 500, quarantined: 3 })
    await bench.produce(100)
    await sink.flush()
    assert.deepEqual(await bench.audit(), { rows: 600, quarantined: 3 })
    const status = statusOf(sink)
    assert.deepEqual(
      [status.state, status.rows, status.quarantined, status.problem],
      ['RUNNING', 600, 3, null],
    )
  })

  test('writes what waits after the time it is given, by itself', async () => {
    await using bench = await createSinkBench()
    await using sink = await bench.open()
    await bench.produce(1)
    await until('the row', () => statusOf(sink).rows === 1)
  })

  test('writes when rows or bytes suffice, long before', async () => {
    await using bench = await createSinkBench()
    await bench.produce(2000)
    await using byRows = await bench.open({ limits: { seconds: 3600, rows: 100 } })
    await until('rows', () => statusOf(byRows).rows >= 1500)
    await byRows[Symbol.asyncDispose]()
    const sizes = bench.lake.table(TOPIC).versions.map(({ rows }) => rows.length)
    assert.ok(
      sizes.every(size => size <= 100),
      `${sizes}`,
    )
    await bench.produce(2000)
    await using byBytes = await bench.open({ limits: { seconds: 3600, bytes: 100_000 } })
    await until('rows', () => statusOf(byBytes).rows >= 1500)
  })

  test('says in each version how far the topic is in it', async () => {
    await using bench = await createSinkBench()
    await bench.produce(30)
    await using sink = await bench.open()
    await sink.flush()
    const { transactions } = await bench.lake.table(TOPIC).snapshot()
    const [info] = await bench.log.topics([TOPIC])
    for (const { partition, end } of info?.partitions ?? [])
      assert.equal(transactions.get(positionId(TOPIC, partition)), end - 1)
  })

  test('tells the log how far it is, as a consumer group', async () => {
    await using bench = await createSinkBench()
    await bench.produce(30)
    await using sink = await bench.open()
    await sink.flush()
    const groups = await bench.log.groups(TOPIC)
    assert.deepEqual(
      groups.map(({ group, totalLag }) => [group, totalLag]),
      [[`sink.${TOPIC}`, 0]],
    )
  })

  test('goes on where another one ended', async () => {
    await using bench = await createSinkBench()
    for (let round = 0; round < 3; round++) {
      await bench.produce(50)
      await using sink = await bench.open()
      await sink.flush()
    }
    assert.equal((await bench.audit()).rows, 150)
  })

  test('writes what it has read when it is closed', async () => {
    await using bench = await createSinkBench()
    await bench.produce(50)
    const sink = await bench.open({ limits: { seconds: 3600 } })
    // Three partitions, so three batches of the log; each turn of the loop reads at least one.
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    await sink[Symbol.asyncDispose]()
    assert.equal((await bench.audit()).rows, 50)
  })

  test('moves its position past records that are no rows', async () => {
    await using bench = await createSinkBench()
    const topic = `${TOPIC}.predictions`
    const marker = { v: 1, kind: 'labels', session: 's', seq: 0, labels: [0, 0, 0] }
    await bench.log.append(topic, [{ value: JSON.stringify(marker) }], { partition: 2 })
    await using sink = await bench.open()
    await sink.flush()
    const { transactions, rowCount } = await bench.lake.table(topic).snapshot()
    assert.equal(transactions.get(positionId(topic, 2)), 0)
    assert.equal(rowCount, 0)
  })

  test('counts for Prometheus', async () => {
    await using bench = await createSinkBench()
    const registry = new Registry()
    await bench.produce(10)
    await bench.log.append(TOPIC, [{ value: '{' }])
    await using sink = await bench.open({ registry })
    await sink.flush()
    const text = await registry.metrics()
    assert.match(text, new RegExp(`^coelho_lake_rows_total{table="${TOPIC}"} 10$`, 'm'))
    assert.match(text, new RegExp(`^coelho_lake_quarantined_total{table="${TOPIC}"} 1$`, 'm'))
    assert.match(text, new RegExp(`^coelho_lake_commits_total{table="${TOPIC}"} [1-9]`, 'm'))
    assert.match(text, new RegExp(`^coelho_lake_commit_lag_seconds_count{table="${TOPIC}"} [1-9]`, 'm'))
    assert.match(
      text,
      new RegExp(`^coelho_lake_last_commit_timestamp_seconds{table="${TOPIC}"} \\d{10}`, 'm'),
    )
  })
})

describe('retention', () => {
  test('that took records before they were read is told, in the status, a notice and the quarantine', async () => {
    await using bench = await createSinkBench()
    await bench.produce(90)
    const first = await bench.open()
    await first.flush()
    await first[Symbol.asyncDispose]()
    await bench.produce(3000)
    const [before] = await bench.log.topics([TOPIC])
    await bench.log.createTopics([{ name: TOPIC, retentionBytes: 100_000 }])
    await bench.produce(300)
    await using sink = await bench.open()
    await sink.flush()
    const [after] = await bench.log.topics([TOPIC])
    assert.notDeepEqual(
      before?.partitions.map(({ start }) => start),
      after?.partitions.map(({ start }) => start),
    )
    const { gaps } = statusOf(sink)
    assert.equal(gaps.length, 3)
    for (const { partition, from, to } of gaps) {
      const row = bench.lake
        .table(QUARANTINE)
        .rows()
        .find(row => row['_partition'] === partition)
      assert.equal(row?.['reason'], 'RETENTION_GAP')
      assert.equal(row['_offset'], from)
      assert.match(String(row['message']), new RegExp(`^Offsets ${from} to ${to - 1} of .*/${partition} `))
      assert.ok(
        bench.notices.some(text => text.includes(`offsets ${from} to ${to - 1} of partition ${partition}`)),
      )
    }
  })

  test('of a log that is older than the table is no gap', async () => {
    await using bench = await createSinkBench({ retention: { retentionBytes: 100_000 } })
    await bench.produce(3000)
    await using sink = await bench.open()
    await sink.flush()
    assert.deepEqual(statusOf(sink).gaps, [])
    assert.deepEqual(bench.notices, [])
    await bench.audit()
  })
})

describe('a failure', () => {
  test('of the lake is told, and what it left is written once it is over', async () => {
    await using bench = await createSinkBench()
    let isAway = true
    bench.lake.beforeAppend = () => {
      if (isAway) throw new PortError('STORAGE_FULL', 'No room.')
    }
    await bench.produce(50)
    await using sink = await bench.open()
    await until('the problem', () => statusOf(sink).problem?.code === 'STORAGE_FULL')
    assert.equal(statusOf(sink).state, 'RETRYING')
    await bench.produce(50)
    isAway = false
    await sink.flush()
    assert.equal(statusOf(sink).problem, null)
    assert.equal((await bench.audit()).rows, 100)
    assert.equal(bench.notices.filter(text => text.includes('STORAGE_FULL')).length, 1)
  })

  test('after the lake had written all the same doubles nothing', async () => {
    await using bench = await createSinkBench()
    let failures = 0
    bench.lake.afterAppend = () => {
      if (failures++ % 2 === 0) throw new PortError('ENGINE_UNREACHABLE', 'Gone.')
    }
    await bench.produce(200)
    await bench.log.append(TOPIC, [{ value: '{' }])
    await using sink = await bench.open({ limits: { seconds: 0.02, rows: 20 } })
    await sink.flush()
    assert.deepEqual(await bench.audit(), { rows: 200, quarantined: 1 })
  })

  test('between quarantine and rows doubles neither', async () => {
    await using bench = await createSinkBench()
    const [mixed] = [Array.from({ length: 6 }, () => ({ value: '{' }))]
    await bench.produce(20)
    await bench.log.append(TOPIC, mixed)
    await bench.produce(20)
    let failed = 0
    bench.lake.beforeAppend = table => {
      if (table === TOPIC && failed++ < 2) throw new PortError('ENGINE_UNREACHABLE', 'Gone.')
    }
    await using sink = await bench.open()
    await sink.flush()
    assert.ok(failed > 2)
    assert.deepEqual(await bench.audit(), { rows: 40, quarantined: 6 })
  })

  test('of a row that only the lake refuses sends that row to quarantine, and no other', async () => {
    for (const tells of [true, false]) {
      await using bench = await createSinkBench()
      bench.lake.beforeAppend = (table, _batch, rows) => {
        const row = rows.findIndex(
          ({ _partition, _offset }) => table === TOPIC && _partition === 1 && Number(_offset) % 20 === 7,
        )
        if (row < 0) return
        const details = tells ? { row: row + 1 } : { row: null }
        throw new PortError('LAKE_SCHEMA_MISMATCH', 'It does not fit.', { details })
      }
      await bench.produce(120)
      // Behind it, and in the quarantine before it is known.
      await bench.log.append(TOPIC, [{ value: '{' }], { partition: 1 })
      await using sink = await bench.open({ limits: { seconds: 0.01 } })
      await sink.flush()
      assert.deepEqual(await bench.audit(), { rows: 118, quarantined: 3 })
      const reasons = bench.lake
        .table(QUARANTINE)
        .rows()
        .map(({ reason, text }) => `${reason} ${typeof text}`)
      assert.deepEqual(reasons.sort(), [
        'INVALID_EVENT string',
        'LAKE_SCHEMA_MISMATCH string',
        'LAKE_SCHEMA_MISMATCH string',
      ])
    }
  })

  test('of the quarantine is not taken for one of the rows', async () => {
    await using bench = await createSinkBench()
    let failures = 3
    bench.lake.beforeAppend = table => {
      if (table !== QUARANTINE || failures-- <= 0) return
      throw new PortError('LAKE_SCHEMA_MISMATCH', 'It does not fit.', { details: { row: 1 } })
    }
    await bench.produce(20)
    await bench.log.append(TOPIC, [{ value: '{' }])
    await using sink = await bench.open({ limits: { seconds: 0.01 } })
    await sink.flush()
    assert.deepEqual(await bench.audit(), { rows: 20, quarantined: 1 })
  })

  test('of a log that is not the one the table was filled from is told', async () => {
    await using bench = await createSinkBench()
    await bench.produce(30)
    const sink = await bench.open()
    await sink.flush()
    await sink[Symbol.asyncDispose]()
    await using other = await createSinkBench()
    await using mistaken = await other.open({ lake: bench.lake })
    await until('the problem', () => statusOf(mistaken).problem?.code === 'LOG_BEHIND_TABLE')
    assert.equal(bench.lake.table(TOPIC).rows().length, 30)
  })
})

describe('several sinks', () => {
  test('share the work by leases: one stands by, and takes over', async () => {
    await using bench = await createSinkBench()
    const first = await bench.open({ instance: 'a' })
    await using second = await bench.open({ instance: 'b' })
    await bench.produce(50)
    await first.flush()
    assert.equal(statusOf(second).state, 'STANDBY')
    assert.equal(statusOf(first).rows, 50)
    await first[Symbol.asyncDispose]()
    await bench.produce(50)
    await until('the second to write', () => statusOf(second).rows === 50)
    assert.equal((await bench.audit()).rows, 100)
  })

  test('that both believe in their lease are kept apart by the tables', async () => {
    await using bench = await createSinkBench()
    const { createMemoryCache } = await import('#adapters/cache/memory.ts')
    await using apart = createMemoryCache()
    await using first = await bench.open({ instance: 'a', limits: { seconds: 0.01, rows: 30 } })
    await using second = await bench.open({
      instance: 'b',
      cache: apart,
      limits: { seconds: 0.015, rows: 40 },
    })
    for (let round = 0; round < 20; round++) {
      await bench.produce(40)
      await bench.log.append(TOPIC, [{ value: '{' }])
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    await Promise.all([first.flush(), second.flush()])
    assert.deepEqual(await bench.audit(), { rows: 800, quarantined: 20 })
  })
})

describe('rows that another engine added', () => {
  const foreign = (offsets: readonly number[]) =>
    offsets.map(_offset => ({ _topic: TOPIC, _partition: 0, _offset, amount: 1 }))

  test('before the sink began are not added again', async () => {
    await using bench = await createSinkBench()
    await bench.produce(90)
    await using warm = await bench.open()
    await warm.flush()
    await warm[Symbol.asyncDispose]()
    await bench.produce(300)
    // Out of order, with holes that the sink has to fill.
    bench.lake.table(TOPIC).addForeign(foreign([60, 61, 31, 30, 32, 100]))
    const sink = await bench.open({ limits: { seconds: 0.01, rows: 10 } })
    await sink[Symbol.asyncDispose]()
    await using again = await bench.open()
    await again.flush()
    assert.deepEqual(await bench.audit(), { rows: 390, quarantined: 0 })
  })

  test('while the sink works are noticed with the next commit, and accounted for', async () => {
    await using bench = await createSinkBench()
    await bench.produce(900)
    let appends = 0
    bench.lake.beforeAppend = table => {
      // Behind what has been read by then, since two batches are the most that it is ahead of.
      if (table === TOPIC && appends++ === 1) bench.lake.table(TOPIC).addForeign(foreign([150, 151, 153]))
    }
    await using sink = await bench.open({ limits: { seconds: 0.01, rows: 10 } })
    await sink.flush()
    assert.deepEqual(await bench.audit(), { rows: 900, quarantined: 0 })
    assert.ok(bench.notices.some(text => text.includes('FOREIGN_ROWS')))
  })
})
