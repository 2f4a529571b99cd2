import assert from 'node:assert/strict'
import type { EventLog } from '../event-log.ts'
import { type Bench, collect, createTopic, drain, numbered, until, values } from './bench.ts'

let writerCount = 0
const newId = () => `contract-writer-${process.pid}-${Date.now()}-${writerCount++}`

export const writerSpecifications = ({ specification }: Bench): void => {
  specification('a writer appends to several topics as one step and tells the positions', async log => {
    const [one, two] = [await createTopic(log, { partitions: 3 }), await createTopic(log, { partitions: 1 })]
    await using writer = await log.openWriter(newId())
    const positions = await writer.append([
      { topic: one, records: numbered(3), partition: 2 },
      { topic: two, records: numbered(2, 3) },
    ])
    assert.deepEqual(
      positions.map(batch => batch.map(({ partition }) => partition)),
      [
        [2, 2, 2],
        [0, 0],
      ],
    )
    const found = (await drain(log.read(one, { from: 'earliest' }))).records
    assert.deepEqual(values(found), ['0', '1', '2'])
    assert.deepEqual(
      found.map(({ offset }) => offset),
      positions[0]?.map(({ offset }) => offset),
    )
    assert.deepEqual(values((await drain(log.read(two, { from: 'earliest' }))).records), ['3', '4'])
  })

  specification('steps of one writer stay in their order, also for a reader that follows', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await using writer = await log.openWriter(newId())
    const abort = new AbortController()
    const live = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
    for (let step = 0; step < 10; step++) {
      await writer.append([{ topic, records: numbered(3, step * 3), partition: 0 }])
    }
    await until('all steps', () => live.records.length === 30)
    abort.abort()
    await live.done
    assert.deepEqual(
      values(live.records),
      numbered(30).map(({ value }) => value),
    )
  })

  specification('opening a writer again fences the earlier one, for good', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const id = newId()
    await using first = await log.openWriter(id)
    await first.append([{ topic, records: numbered(1) }])
    await using second = await log.openWriter(id)
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(first.append([{ topic, records: numbered(1, 99) }]), { code: 'WRITER_FENCED' })
    }
    await second.append([{ topic, records: numbered(1, 1) }])
    assert.deepEqual(await textsOf(log, topic), ['0', '1'])
  })

  specification('nothing of a fenced writer shows after its successor has begun', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const id = newId()
    await using first = await log.openWriter(id)
    // Whether a step that is under way counts is open; but it counts before the successor reads, or never.
    const underWay = first.append([{ topic, records: numbered(5) }]).then(
      () => true,
      () => false,
    )
    await using second = await log.openWriter(id)
    const seen = await textsOf(log, topic)
    const acknowledged = await underWay
    await second.append([{ topic, records: numbered(1, 5) }])
    assert.ok(seen.length === 0 || seen.length === 5, `${seen.length} of 5 records were seen`)
    if (acknowledged) assert.equal(seen.length, 5)
    assert.deepEqual(await textsOf(log, topic), [...seen, '5'])
  })

  specification('writers of other ids and plain appends go on beside each other', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await using first = await log.openWriter(newId())
    await using second = await log.openWriter(newId())
    await first.append([{ topic, records: numbered(1) }])
    await second.append([{ topic, records: numbered(1, 1) }])
    await log.append(topic, numbered(1, 2))
    await first.append([{ topic, records: numbered(1, 3) }])
    assert.deepEqual(await textsOf(log, topic), ['0', '1', '2', '3'])
  })

  specification('a writer that was put down can be opened again, and appends no more itself', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const id = newId()
    const first = await log.openWriter(id)
    await first.append([{ topic, records: numbered(1) }])
    await first[Symbol.asyncDispose]()
    await assert.rejects(first.append([{ topic, records: numbered(1) }]))
    await using second = await log.openWriter(id)
    await second.append([{ topic, records: numbered(1, 1) }])
    assert.deepEqual(await textsOf(log, topic), ['0', '1'])
  })

  specification('a step to an unknown topic is refused as a whole', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await using writer = await log.openWriter(newId())
    const absent = `${topic}.absent`
    await assert.rejects(
      writer.append([
        { topic: absent, records: numbered(1) },
        { topic, records: numbered(1) },
      ]),
      { code: 'UNKNOWN_TOPIC' },
    )
    assert.deepEqual(await textsOf(log, topic), [])
    await writer.append([{ topic, records: numbered(1, 1) }])
    assert.deepEqual(await textsOf(log, topic), ['1'])
  })
}

async function textsOf(log: EventLog, topic: string): Promise<(string | null)[]> {
  return values((await drain(log.read(topic, { from: 'earliest' }))).records)
}
