import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog, Gap } from '#ports/event-log.ts'
import { createFeed } from './feed.ts'
import { EVENT, type Item } from './packed-items.ts'

const TOPICS = [
  { name: 'events', partitions: 2 },
  { name: 'labels', partitions: 2 },
]

async function open(wrap: (log: EventLog) => EventLog = log => log) {
  const log = wrap(createMemoryEventLog())
  await log.createTopics(TOPICS)
  const stop = new AbortController()
  const gaps: Gap[] = []
  const feed = () =>
    createFeed({
      log,
      eventsTopic: 'events',
      labelsTopic: 'labels',
      source: [0, 0],
      labels: [0, 0],
      signal: stop.signal,
      onGap: (_, gap) => gaps.push(gap),
    })
  const event = (timestamp: number, partition = 0) =>
    log.append('events', [{ value: `e${timestamp}`, timestamp }], { partition })
  const label = (timestamp: number, partition = 0) =>
    log.append('labels', [{ value: `l${timestamp}`, timestamp }], { partition })
  return { feed, stop, event, label, gaps }
}

const names = (items: readonly Item[] | null) =>
  items?.map(({ record }) => new TextDecoder().decode(record.value)) ?? []

async function collect(feed: ReturnType<typeof createFeed>, count: number): Promise<string[]> {
  const found: string[] = []
  while (found.length < count) found.push(...names(await feed.next(3)))
  return found
}

test('labels take their place among the events by the time of their append', async () => {
  const { feed, stop, event, label } = await open()
  for (const at of [10, 20, 30, 40]) await event(at)
  for (const at of [15, 25, 35]) await label(at)
  const read = await collect(feed(), 7)
  assert.deepEqual(read, ['e10', 'l15', 'e20', 'l25', 'e30', 'l35', 'e40'])
  stop.abort()
})

test('a label at the time of an event comes after it', async () => {
  const { feed, stop, event, label } = await open()
  await label(10)
  await event(10)
  assert.deepEqual(await collect(feed(), 2), ['e10', 'l10'])
  stop.abort()
})

test('labels between two events are ordered by partition', async () => {
  const { feed, stop, event, label } = await open()
  await event(1)
  await label(2, 1)
  await label(3, 0)
  await label(4, 1)
  await event(5)
  const source = feed()
  const read: string[] = []
  while (read.length < 5) read.push(...names(await source.next(10)))
  assert.deepEqual(read, ['e1', 'l3', 'l2', 'l4', 'e5'])
  stop.abort()
})

test('labels flow without events once the backlog is through, and an abort ends the feed', async () => {
  const { feed, stop, event, label } = await open()
  await event(1)
  const source = feed()
  assert.deepEqual(names(await source.next(10)), ['e1'])
  const waiting = source.next(10)
  await label(9)
  assert.deepEqual(names(await waiting), ['l9'])
  const last = source.next(10)
  stop.abort()
  assert.equal(await last, null)
})

test('a long backlog is read in bounded steps and completely', async () => {
  const { feed, stop, event, label } = await open()
  for (let at = 0; at < 9000; at++) await (at % 3 === 2 ? label(at, at % 2) : event(at, at % 2))
  const source = feed()
  let events = 0
  let labels = 0
  while (events + labels < 9000) {
    const items = (await source.next(500)) ?? []
    assert.ok(items.length <= 500)
    events += items.filter(({ kind }) => kind === EVENT).length
    labels += items.filter(({ kind }) => kind !== EVENT).length
  }
  assert.deepEqual([events, labels], [6000, 3000])
  stop.abort()
})

test('a feed that nobody reads because its session is stopped harms nothing when the log is away', async () => {
  const { feed, stop } = await open(log => ({ ...log, topics: () => Promise.reject(new Error('No log.')) }))
  stop.abort()
  const opened = feed()
  // Time for a rejection that nobody handles to be reported.
  await new Promise(setImmediate)
  await assert.rejects(opened.next(1), /No log/)
})

test('a partition that ends in offsets without records holds nothing up', async () => {
  const { feed, stop, event, label } = await open(log => ({
    ...log,
    // As markers of transactions at the ends of partitions show.
    async topics(names) {
      const infos = await log.topics(names)
      return infos.map(info => ({
        ...info,
        partitions: info.partitions.map(partition => ({ ...partition, end: partition.end + 40 })),
      }))
    },
  }))
  await event(10)
  await event(20, 1)
  await label(15)
  assert.deepEqual(await collect(feed(), 3), ['e10', 'l15', 'e20'])
  stop.abort()
})
