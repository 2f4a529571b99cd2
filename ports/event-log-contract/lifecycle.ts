import assert from 'node:assert/strict'
import { type Bench, collect, createTopic, drain, numbered, text, values } from './bench.ts'

export const lifecycleSpecifications = ({ specification, specificationIf, contract }: Bench): void => {
  specification('closing ends all readers without an error and refuses further work', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const follower = collect(log.follow(topic, { from: 'earliest' }))
    const member = collect(log.join(topic, 'group', {}))
    const pending = log.append(topic, numbered(10))
    await log[Symbol.asyncDispose]()
    assert.equal((await pending).length, 10)
    await Promise.all([follower.done, member.done])
    const closed = { code: 'LOG_CLOSED' }
    await assert.rejects(log.append(topic, numbered(1)), closed)
    await assert.rejects(log.createTopics([{ name: topic }]), closed)
    await assert.rejects(async () => drain(log.read(topic, { from: 'earliest' })), closed)
    await assert.rejects(log.commit(topic, 'group', [0]), closed)
    await assert.rejects(log.topics(), closed)
    await assert.rejects(log.groups(), closed)
    await log[Symbol.asyncDispose]()
  })

  const { reopen } = contract
  specificationIf(
    reopen,
    'The data of this log ends with it.',
    'finds everything again when reopened',
    async log => {
      const topic = await createTopic(log, { partitions: 2 })
      const compacted = await createTopic(log, { partitions: 1, compacted: true })
      await log.append(topic, [{ key: 'key', value: 'value', headers: { a: 'b' }, timestamp: 1234 }], {
        partition: 0,
      })
      await log.append(topic, numbered(1000), { partition: 1 })
      await log.append(compacted, [{ key: 'a', value: '1' }])
      await log.commit(topic, 'group', [1, 700])
      const topics = await log.topics([topic, compacted])
      const groups = await log.groups(topic)

      await using again = await reopen!(log)
      assert.deepEqual(await again.topics([topic, compacted]), topics)
      assert.deepEqual(await again.groups(topic), groups)
      const { records } = await drain(again.read(topic, { from: 'earliest', partitions: [0] }))
      const [{ key, value, headers, timestamp }] = records as [(typeof records)[0] & object]
      assert.deepEqual([text(key), text(value), headers, timestamp], ['key', 'value', { a: 'b' }, 1234])
      const [position] = await again.append(topic, [{ value: 'next' }], { partition: 1 })
      assert.deepEqual(position, { partition: 1, offset: 1000 })
      const abort = new AbortController()
      const seen: (string | null)[] = []
      for await (const batch of again.join(topic, 'group', { signal: abort.signal })) {
        seen.push(...values(batch.records))
        if (seen.length >= 301) abort.abort()
      }
      assert.deepEqual(seen, [...numbered(300, 700).map(({ value }) => value), 'next'])
      await assert.rejects(again.createTopics([{ name: topic, partitions: 3 }]), { code: 'TOPIC_MISMATCH' })
    },
  )
}
