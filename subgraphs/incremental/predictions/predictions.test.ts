import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { labelsText, predictionText } from '../session/order-record.ts'
import type { SessionRecord } from '../session/session-record.ts'
import { openPredictionStream, type PredictionMessage } from '../streams/prediction-stream.ts'
import { openPredictionFeed } from './prediction-feed.ts'

const useCase = tfd as UseCase
const topic = topicsOf(useCase).predictions
const session = { id: 'one', source: [0, 0, 0], orderPartition: 1, orderStart: 0 } as unknown as SessionRecord

function text(seq: number, amount = 1): string {
  const record = {
    useCase: 'TFD',
    session: 'one',
    seq,
    partition: 0,
    offset: seq,
    labels: [0, 0, 0],
    at: seq,
    eventTime: seq,
    latencyMs: 0,
  }
  return predictionText(
    {
      ...record,
      eventId: `event-${seq}`,
      score: seq / 1e6,
      detail: { flagged: amount > 5, threshold: 0.2 },
      modelVersion: seq,
    },
    JSON.stringify({ transaction_id: `event-${seq}`, amount }),
  )
}

async function open({
  predictions = 0,
  retentionBytes,
}: {
  predictions?: number
  retentionBytes?: number
} = {}) {
  const log = createMemoryEventLog()
  await log.createTopics([{ name: topic, partitions: 3, ...(retentionBytes && { retentionBytes }) }])
  await publish(log, 0, predictions)
  const directory = await mkdtemp(join(tmpdir(), 'predictions-'))
  const feed = await openPredictionFeed({ useCase, log, directory })
  return { log, feed, directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

async function publish(log: EventLog, from: number, to: number): Promise<void> {
  for (let seq = from; seq < to; seq++) {
    const marker = seq % 10 === 9 ? [{ value: labelsText({ session: 'one', seq, labels: [seq, 0, 0] }) }] : []
    await log.append(topic, [{ key: 'one', value: text(seq, seq % 7) }, ...marker], { partition: 1 })
  }
}

async function take<Message>(messages: AsyncIterableIterator<Message>, count: number): Promise<Message[]> {
  const found: Message[] = []
  while (found.length < count) {
    const { done, value } = await messages.next()
    if (done) break
    found.push(value)
  }
  return found
}

const seqs = (messages: readonly PredictionMessage[]) =>
  messages.map(({ prediction }) => prediction.record.seq)

test('a prediction resolves from memory while it is new and from the log later, also after a restart', async () => {
  await using p = await open()
  await publish(p.log, 0, 3500)
  assert.equal(p.feed.ring.find('one', 3499)?.record?.seq, 3499)
  assert.equal(p.feed.ring.find('one', 1700)?.record?.seq, 1700)
  assert.equal(p.feed.ring.find('one', 10), undefined)
  assert.equal((await p.feed.index.find(session, 10))?.offset, 10)
  assert.equal((await p.feed.index.find(session, 3499))?.seq, 3499)
  assert.equal(await p.feed.index.find(session, 3500), null)
  await p.feed.index.store(session)

  const again = await openPredictionFeed({ useCase, log: p.log, directory: p.directory })
  assert.equal(again.ring.newest(1)[0]?.record?.seq, 3499)
  assert.equal((await again.index.find(session, 1234))?.seq, 1234)
  await rm(join(p.directory, 'one'), { recursive: true })
  const scanned = await openPredictionFeed({ useCase, log: p.log, directory: p.directory })
  assert.equal((await scanned.index.find(session, 2999))?.seq, 2999)
})

test('resuming from a cursor sends everything after it once, then goes live', async () => {
  await using p = await open({ predictions: 300 })
  const first = await openPredictionStream({ useCase, feed: p.feed, log: p.log, platform: 'here' })
  const live = take(first, 5)
  await publish(p.log, 300, 305)
  const [, , third] = await live
  assert.ok(third)
  await publish(p.log, 305, 400)

  const resumed = await openPredictionStream({
    useCase,
    feed: p.feed,
    log: p.log,
    platform: 'here',
    resumeFrom: third.prediction.cursor,
  })
  const reading = take(resumed, 147)
  await publish(p.log, 400, 450)
  assert.deepEqual(
    seqs(await reading),
    Array.from({ length: 147 }, (_, i) => 303 + i),
  )
  await first.return?.()
  await resumed.return?.()
})

test('predictions that the feed leaves out are read from the log, and told of', async () => {
  await using p = await open({ predictions: 10 })
  const missed: number[][] = []
  const leaky = {
    ...p.feed,
    listen: (listener: Parameters<typeof p.feed.listen>[0]) =>
      p.feed.listen(entry => {
        const seq = entry.record?.seq ?? 0
        if (seq < 15 || seq >= 40) listener(entry)
      }),
  }
  const stream = await openPredictionStream({
    useCase,
    feed: leaky,
    log: p.log,
    platform: 'here',
    onMissed: (_, from, to) => missed.push([from, to]),
  })
  const reading = take(stream, 90)
  await publish(p.log, 10, 100)
  assert.deepEqual(
    seqs(await reading),
    Array.from({ length: 90 }, (_, i) => 10 + i),
  )
  assert.deepEqual(missed, [[15, 40]])
  await stream.return?.()
})

test('positions tell where a stream begins, and where it is while nothing matches', async () => {
  await using p = await open({ predictions: 20 })
  const options = { useCase, feed: p.feed, log: p.log, platform: 'here' }
  const quiet = { ...options, positions: true, where: { tfd: { amount: { gt: 100 } } } }
  const stream = await openPredictionStream(quiet)
  const reading = take(stream, 3)
  await publish(p.log, 20, 2100)
  const positions = (await reading).map(message =>
    'position' in message ? message.position : assert.fail('A prediction came.'),
  )
  await stream.return?.()
  // Nothing that matches lies between them, so resuming at any of them misses nothing.
  const starts = []
  for (const resumeFrom of positions) {
    const resumed = await openPredictionStream({ ...options, resumeFrom })
    const [first] = await take(resumed, 1)
    starts.push(first?.prediction.record.seq)
    await resumed.return?.()
  }
  const [begin, middle = 0, late = 0] = starts
  assert.equal(begin, 20)
  assert.ok(middle > 800 && middle <= 1020 && late > middle + 800 && late <= 2020, String(starts))
})

test('a prediction is sent with the trace of its event, live and from the past', async () => {
  await using p = await open()
  const options = { useCase, feed: p.feed, log: p.log, platform: 'here' }
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const opened = await openPredictionStream({ ...options, positions: true })
  const { value: start } = await opened.next()
  assert.ok(start && 'position' in start)
  const live = take(opened, 2)
  await p.log.append(topic, [{ key: 'one', value: text(0), headers: { traceparent } }], { partition: 1 })
  await publish(p.log, 1, 2)
  const past = await openPredictionStream({ ...options, resumeFrom: start.position })
  for (const messages of [await live, await take(past, 2)]) {
    assert.deepEqual(
      messages.map(message => 'traceparent' in message && message.traceparent),
      [traceparent, undefined],
    )
  }
  await opened.return?.()
  await past.return?.()
})

test('a filter and a sample choose the same predictions live and when resumed', async () => {
  await using p = await open()
  const start = await openPredictionStream({ useCase, feed: p.feed, log: p.log, platform: 'here' })
  const opening = take(start, 1)
  await publish(p.log, 0, 1)
  const [{ prediction } = assert.fail()] = await opening
  const options = {
    useCase,
    feed: p.feed,
    log: p.log,
    platform: 'here',
    where: { tfd: { amount: { gte: 5 } } },
    sample: 0.5,
  }
  const live = await openPredictionStream(options)
  await publish(p.log, 1, 500)
  const resumed = await openPredictionStream({ ...options, resumeFrom: prediction.cursor })
  const a = seqs(await take(live, 50))
  const b = seqs(await take(resumed, 50))
  assert.deepEqual(a, b)
  assert.ok(a.every(seq => seq % 7 >= 5))
})

test('what retention has taken is told in the first message after a resume', async () => {
  await using p = await open({ predictions: 10, retentionBytes: 40_000 })
  const early = await openPredictionStream({ useCase, feed: p.feed, log: p.log, platform: 'here' })
  const first = take(early, 1)
  await publish(p.log, 10, 11)
  const [{ prediction } = assert.fail()] = await first
  await publish(p.log, 11, 2000)
  const resumed = await openPredictionStream({
    useCase,
    feed: p.feed,
    log: p.log,
    platform: 'here',
    resumeFrom: prediction.cursor,
  })
  const [message, next] = await take(resumed, 2)
  assert.equal(message?.gap?.[0]?.partition, 1)
  assert.ok((message?.gap?.[0]?.to ?? 0) > (message?.gap?.[0]?.from ?? 0))
  assert.equal(next?.gap, null)
})

test('wrong arguments are refused before the first message, each with a code', async () => {
  await using p = await open()
  const base = { useCase, feed: p.feed, log: p.log, platform: 'here' }
  await assert.rejects(openPredictionStream({ ...base, sample: 0 }), { code: 'BAD_USER_INPUT' })
  await assert.rejects(openPredictionStream({ ...base, maxPerSecond: 0 }), { code: 'BAD_USER_INPUT' })
  await assert.rejects(openPredictionStream({ ...base, resumeFrom: 'x' }), { code: 'INVALID_CURSOR' })
  await assert.rejects(openPredictionStream({ ...base, where: { eta: {} } }), { code: 'INVALID_FILTER' })
})

test('what retention has taken is told also when the rate is limited, or nothing that is left passes the filter', async () => {
  await using p = await open({ predictions: 10, retentionBytes: 40_000 })
  const options = { useCase, feed: p.feed, log: p.log, platform: 'here' }
  const opening = take(await openPredictionStream(options), 1)
  await publish(p.log, 10, 11)
  const [{ prediction } = assert.fail()] = await opening
  await publish(p.log, 11, 2000)
  const resumeFrom = prediction.cursor
  const limited = await openPredictionStream({ ...options, resumeFrom, maxPerSecond: 1 })
  assert.equal((await take(limited, 1))[0]?.gap?.length, 1)
  await limited.return?.()

  const where = { tfd: { amount: { gt: 6 } } }
  const filtered = await openPredictionStream({ ...options, resumeFrom, where })
  const reading = take(filtered, 2)
  await new Promise(resolve => setTimeout(resolve, 50))
  for (const seq of [2000, 2001]) {
    await p.log.append(topic, [{ key: 'one', value: text(seq, 7) }], { partition: 1 })
  }
  const [message, next] = await reading
  assert.equal(message?.prediction.record.seq, 2000)
  assert.equal(message.gap?.length, 1)
  assert.equal(next?.gap, null)
})

test('a client that leaves before its first message leaves no listener behind', async () => {
  await using p = await open({ predictions: 10 })
  let listening = 0
  const feed = {
    ...p.feed,
    listen(listener: Parameters<typeof p.feed.listen>[0]) {
      listening++
      const inner = p.feed.listen(listener)
      return {
        [Symbol.dispose]() {
          listening--
          inner[Symbol.dispose]()
        },
      }
    },
  }
  const options = { useCase, feed, log: p.log, platform: 'here' }
  const stop = new AbortController()
  await openPredictionStream({ ...options, signal: stop.signal })
  assert.equal(listening, 1)
  stop.abort()
  assert.equal(listening, 0)
  await openPredictionStream({ ...options, signal: stop.signal })
  await Promise.resolve()
  assert.equal(listening, 0)
  const unstarted = await openPredictionStream(options)
  await unstarted.return?.()
  assert.equal(listening, 0)
})
