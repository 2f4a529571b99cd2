import assert from 'node:assert/strict'
import type { EventLog, LogRecord } from '../event-log.ts'
import { type Bench, collect, createTopic, numbered, settle, until } from './bench.ts'

const place = ({ partition, offset }: LogRecord): string => `${partition}:${offset}`
/** `partition:offset` of `count` records of each partition. */
const placesOf = (partitions: readonly number[], from: number, to: number): string[] =>
  partitions.flatMap(partition => Array.from({ length: to - from }, (_, i) => `${partition}:${from + i}`))
const sorted = (records: readonly LogRecord[]): string[] => records.map(place).toSorted()
const partitionsOf = (records: readonly LogRecord[]): number[] =>
  [...new Set(records.map(({ partition }) => partition))].toSorted()

const member = (log: EventLog, topic: string, group: string) => {
  const abort = new AbortController()
  const reading = collect(log.join(topic, group, { signal: abort.signal }))
  return {
    records: reading.records,
    async leave() {
      abort.abort()
      await reading.done
    },
  }
}
const appendToAll = async (log: EventLog, topic: string, partitions: number, count: number) => {
  for (let partition = 0; partition < partitions; partition++)
    await log.append(topic, numbered(count), { partition })
}

export const groupSpecifications = ({ specification, rebalanced }: Bench): void => {
  specification(
    'a group without commits starts at the earliest offset, or at the latest if asked',
    async log => {
      const topic = await createTopic(log, { partitions: 2 })
      await appendToAll(log, topic, 2, 5)
      const abort = new AbortController()
      const earliest = collect(log.join(topic, 'earliest', { signal: abort.signal }))
      const latest = collect(log.join(topic, 'latest', { signal: abort.signal, start: 'latest' }))
      await until('the past', () => earliest.records.length === 10)
      await rebalanced()
      await appendToAll(log, topic, 2, 1)
      await until('the live records', () => earliest.records.length === 12 && latest.records.length === 2)
      abort.abort()
      await Promise.all([earliest.done, latest.done])
      assert.deepEqual(sorted(latest.records), ['0:5', '1:5'])
    },
  )

  specification('a group goes on at its committed offsets, group by group', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await appendToAll(log, topic, 2, 10)
    await log.commit(topic, 'a', [4, 9])
    const a = member(log, topic, 'a')
    const b = member(log, topic, 'b')
    await until('both', () => a.records.length === 7 && b.records.length === 20)
    await Promise.all([a.leave(), b.leave()])
    assert.deepEqual(sorted(a.records), [...placesOf([0], 4, 10), '1:9'].toSorted())
  })

  specification('members share the partitions, each partition going to one of them', async log => {
    const topic = await createTopic(log, { partitions: 4 })
    const members = ['a', 'b', 'c'].map(() => member(log, topic, 'shared'))
    await rebalanced()
    await appendToAll(log, topic, 4, 10)
    const total = () => members.reduce((sum, { records }) => sum + records.length, 0)
    await until('all records', () => total() >= 40)
    await settle()
    await Promise.all(members.map(({ leave }) => leave()))
    assert.deepEqual(
      sorted(members.flatMap(({ records }) => records)),
      placesOf([0, 1, 2, 3], 0, 10).toSorted(),
    )
    for (const { records } of members) assert.ok(partitionsOf(records).length >= 1)
  })

  specification('a new member takes partitions over from the committed offsets', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await appendToAll(log, topic, 2, 10)
    const first = member(log, topic, 'shared')
    await until('the first member', () => first.records.length === 20)
    await log.commit(topic, 'shared', [7, 7])
    const second = member(log, topic, 'shared')
    await until('the second member', () => second.records.length === 3)
    const [taken] = partitionsOf(second.records)
    assert.deepEqual(sorted(second.records), placesOf([taken!], 7, 10))
    await Promise.all([first.leave(), second.leave()])
  })

  specification('what a member that leaves did not commit is read again by the others', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    const first = member(log, topic, 'shared')
    const second = member(log, topic, 'shared')
    await rebalanced()
    await appendToAll(log, topic, 2, 10)
    await until('both', () => first.records.length === 10 && second.records.length === 10)
    const [lost] = partitionsOf(first.records)
    await log.commit(topic, 'shared', [lost === 0 ? 6 : 10, lost === 1 ? 6 : 10])
    const before = second.records.length
    await first.leave()
    await until('the rest of the lost partition', () => second.records.length === before + 4)
    assert.deepEqual(sorted(second.records.slice(before)), placesOf([lost!], 6, 10))
    await second.leave()
  })

  specification('reports committed offsets, ends and lag of each group', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    assert.deepEqual(await log.groups(topic), [])
    await appendToAll(log, topic, 2, 10)
    await log.commit(topic, 'b', [10, 10])
    await log.commit(topic, 'a', [4, -1])
    await appendToAll(log, topic, 2, 1)
    const lag = [
      {
        group: 'a',
        topic,
        partitions: [
          { partition: 0, committed: 4, end: 11, lag: 7 },
          { partition: 1, committed: null, end: 11, lag: 11 },
        ],
        totalLag: 18,
      },
      {
        group: 'b',
        topic,
        partitions: [
          { partition: 0, committed: 10, end: 11, lag: 1 },
          { partition: 1, committed: 10, end: 11, lag: 1 },
        ],
        totalLag: 2,
      },
    ]
    const byName = async (name?: string) =>
      (await log.groups(name))
        .filter(group => group.topic === topic)
        .toSorted((a, b) => (a.group < b.group ? -1 : 1))
    assert.deepEqual(await byName(topic), lag)
    assert.deepEqual(await byName(), lag)
    await log.commit(topic, 'a', [-1, 11])
    assert.deepEqual(
      (await byName(topic))[0]!.partitions.map(({ committed }) => committed),
      [4, 11],
    )
  })

  specification('refuses offsets that do not fit the topic', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    for (const offsets of [[1], [1, 2, 3], [0.5, 0], [-2, 0]]) {
      await assert.rejects(log.commit(topic, 'group', offsets), { code: 'INVALID_ARGUMENT' })
    }
  })

  specification('an abort wakes a member that waits, without an error', async log => {
    const topic = await createTopic(log)
    const waiting = member(log, topic, 'group')
    await settle()
    await waiting.leave()
    assert.deepEqual(waiting.records, [])
  })
}
