import assert from 'node:assert/strict'
import { type Bench, createTopic, drain } from './bench.ts'

export const topicSpecifications = ({ specification }: Bench): void => {
  specification('creates topics with the partitions asked for, three by default', async log => {
    const one = await createTopic(log, { partitions: 1 })
    const three = await createTopic(log)
    const found = await log.topics([one, three])
    assert.deepEqual(
      found.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partition }) => partition),
      })),
      [
        { name: one, partitions: [0] },
        { name: three, partitions: [0, 1, 2] },
      ],
    )
    const { bytes, ...watermarks } = found[0]!.partitions[0]!
    assert.deepEqual(watermarks, { partition: 0, start: 0, end: 0 })
    assert.ok(bytes === 0 || bytes === null, `${bytes} bytes`)
    const all = (await log.topics()).map(({ name }) => name)
    assert.ok(all.includes(one) && all.includes(three))
  })

  specification('creating a topic again changes nothing and keeps its records', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await log.append(topic, [{ value: 'kept' }], { partition: 1 })
    await log.createTopics([{ name: topic, partitions: 2 }])
    const { partitions } = (await log.topics([topic]))[0]!
    assert.deepEqual(
      partitions.map(({ end }) => end),
      [0, 1],
    )
  })

  specification('refuses another partition count for a topic that exists', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await assert.rejects(log.createTopics([{ name: topic, partitions: 3 }]), { code: 'TOPIC_MISMATCH' })
    assert.equal((await log.topics([topic]))[0]!.partitions.length, 2)
  })

  specification('creates a topic once when several callers want it at the same time', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const name = `${topic}.shared`
    await Promise.all(Array.from({ length: 5 }, () => log.createTopics([{ name, partitions: 1 }])))
    await log.append(name, [{ value: 'x' }])
    assert.equal((await log.topics([name]))[0]!.partitions[0]!.end, 1)
  })

  specification('refuses names and settings that cannot be', async log => {
    for (const name of ['', '.', '..', 'a/b', 'a b', 'é', 'x'.repeat(250)]) {
      await assert.rejects(log.createTopics([{ name }]), { code: 'INVALID_ARGUMENT' }, name)
    }
    for (const partitions of [0, -1, 1.5, Number.NaN]) {
      await assert.rejects(log.createTopics([{ name: 'partitions', partitions }]), {
        code: 'INVALID_ARGUMENT',
      })
    }
  })

  specification('says so when a topic does not exist', async log => {
    const unknown = { code: 'UNKNOWN_TOPIC' }
    await assert.rejects(log.append('absent', [{ value: 'x' }]), unknown)
    await assert.rejects(async () => drain(log.read('absent', { from: 'earliest' })), unknown)
    await assert.rejects(async () => drain(log.follow('absent', { from: 'earliest' })), unknown)
    await assert.rejects(async () => drain(log.join('absent', 'group', {})), unknown)
    await assert.rejects(
      log.tail('absent', () => {}),
      unknown,
    )
    await assert.rejects(log.commit('absent', 'group', [0]), unknown)
    await assert.rejects(log.topics(['absent']), unknown)
  })
}
