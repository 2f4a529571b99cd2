import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { createMemoryEventLog } from '../memory.ts'
import { createConsumerGroup, type GroupMember } from './consumer-group.ts'

test('whoever joins or leaves, each partition has one owner and shares differ by at most one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (partitions, moves) => {
        const group = createConsumerGroup({ partitions, leaseMs: 60_000 })
        const members: GroupMember[] = []
        for (const move of moves) {
          if (move % 3 === 0 && members.length > 0) members.splice(move % members.length, 1)[0]!.leave()
          else members.push(group.join(() => {}))
          assert.equal(group.size, members.length)
          if (members.length === 0) continue
          const owned = members.flatMap(({ assignment }) => [...assignment])
          assert.deepEqual(
            owned.toSorted((a, b) => a - b),
            Array.from({ length: partitions }, (_, i) => i),
          )
          const sizes = members.map(({ assignment }) => assignment.size)
          assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1)
        }
        for (const member of members) member.leave()
        assert.equal(group.size, 0)
      },
    ),
    { seed: 4 },
  )
})

test('a member that keeps a batch for longer than its lease loses its partitions, and rejoins', async () => {
  await using log = createMemoryEventLog({ memberLeaseMs: 40 })
  await log.createTopics([{ name: 'topic', partitions: 2 }])
  for (const partition of [0, 1]) await log.append('topic', [{ value: '0' }, { value: '1' }], { partition })
  const stuck = log.join('topic', 'group', { maxRecords: 1 })[Symbol.asyncIterator]()
  await stuck.next()

  const abort = new AbortController()
  const seen = new Set<string>()
  for await (const { records } of log.join('topic', 'group', { signal: abort.signal })) {
    for (const { partition, offset } of records) seen.add(`${partition}:${offset}`)
    if (seen.size === 4) abort.abort()
  }
  assert.deepEqual([...seen].toSorted(), ['0:0', '0:1', '1:0', '1:1'])

  await log.commit('topic', 'group', [2, 1])
  const { value } = await stuck.next()
  assert.deepEqual(
    value.records.map(({ partition, offset }: { partition: number; offset: number }) => [partition, offset]),
    [[1, 1]],
  )
  await stuck.return?.()
})

test('a lone member keeps its partitions however long it takes', async () => {
  await using log = createMemoryEventLog({ memberLeaseMs: 10 })
  await log.createTopics([{ name: 'topic', partitions: 1 }])
  await log.append('topic', [{ value: '0' }, { value: '1' }])
  const member = log.join('topic', 'group', { maxRecords: 1 })[Symbol.asyncIterator]()
  await member.next()
  await sleep(40)
  const { value } = await member.next()
  assert.equal(value.records[0].offset, 1)
  await member.return?.()
})
