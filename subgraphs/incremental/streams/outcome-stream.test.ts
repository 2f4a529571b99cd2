import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { openOutcomeFeed } from '../predictions/outcome-feed.ts'
import type { PredictionLookup } from '../predictions/prediction-lookup.ts'
import type { PredictionModel } from '../predictions/prediction-model.ts'
import { outcomeTexts } from '../session/outcome-record.ts'
import { openOutcomeStream, type OutcomeStreamOptions } from './outcome-stream.ts'

const useCase = tfd as UseCase
const topic = topicsOf(useCase).outcomes

/** Outcomes of predictions 0, 1, 2 …, whose events have amounts 0 to 9. */
async function open(retentionBytes?: number) {
  const log = createMemoryEventLog()
  await log.createTopics([{ name: topic, partitions: 3, ...(retentionBytes && { retentionBytes }) }])
  const feed = await openOutcomeFeed({ useCase, log })
  const find: PredictionLookup['find'] = async ({ session, seq }) => {
    const event = { transaction_id: `event-${seq}`, amount: seq % 10 }
    const record = {
      session,
      seq,
      eventId: `event-${seq}`,
      event,
      score: 0.5,
      detail: { flagged: false, threshold: 0 },
    }
    return { id: `${session}/${seq}`, cursor: null, record } as unknown as PredictionModel
  }
  const lookup = { find, recent: () => null }
  return {
    log,
    /** One record of so many outcomes. */
    async publish(from: number, count: number, partition = 1) {
      const triples = Float64Array.from({ length: count * 3 }, (_, i) => (i % 3 === 0 ? from + i / 3 : 1))
      const records = outcomeTexts('one', from, triples).map(value => ({ value }))
      await log.append(topic, records, { partition })
    },
    stream: (options: Partial<OutcomeStreamOptions> = {}) =>
      openOutcomeStream({ useCase, feed, lookup, log, platform: 'platform', ...options }),
  }
}

type Messages = Awaited<ReturnType<typeof openOutcomeStream>>

async function take(messages: Messages, count: number) {
  const found = []
  while (found.length < count) {
    const { value, done } = await messages.next()
    if (done) break
    found.push('position' in value ? assert.fail('No position was asked for.') : value)
  }
  return found
}

const numbers = (messages: Awaited<ReturnType<typeof take>>) =>
  messages.map(({ value }) => value.prediction.record.seq)
const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, i) => from + i)

test('resuming from any message sends every outcome after it once, then live ones', async () => {
  const { publish, stream } = await open()
  const live = await stream()
  await publish(0, 4)
  await publish(4, 1)
  await publish(5, 3)
  const sent = await take(live, 8)
  assert.deepEqual(numbers(sent), upTo(8))
  await live.return?.()
  for (const [index, { cursor }] of sent.entries()) {
    const resumed = await stream({ resumeFrom: cursor })
    await publish(100 + index, 1, 0)
    const rest = upTo(8, index + 1)
    const past = await take(resumed, rest.length + index + 1)
    // Partitions have no common order.
    assert.deepEqual(
      numbers(past).filter(seq => seq < 100),
      rest,
    )
    assert.deepEqual(
      numbers(past).filter(seq => seq >= 100),
      upTo(101 + index, 100),
    )
    await resumed.return?.()
  }
})

test('outcomes that arrive while the past is read come once and after it', async () => {
  const { publish, stream } = await open()
  const live = await stream()
  await publish(0, 2)
  const [first] = await take(live, 1)
  await live.return?.()
  await publish(2, 2000)
  const resumed = await stream({ resumeFrom: first?.cursor ?? assert.fail() })
  const head = await take(resumed, 5)
  for (let i = 0; i < 700; i++) await publish(2002 + i, 1)
  const rest = await take(resumed, 2701 - 5)
  assert.deepEqual(numbers([...head, ...rest]), upTo(2702, 1))
  await resumed.return?.()
})

test('what retention took of the range is told by the first message', async () => {
  const { publish, stream } = await open(2000)
  const live = await stream({ positions: true })
  const { value: start } = await live.next()
  await live.return?.()
  assert.ok('position' in start)
  for (let i = 0; i < 100; i++) await publish(i, 3)
  const resumed = await stream({ resumeFrom: start.position })
  const [first, second] = await take(resumed, 2)
  assert.equal(first?.gap?.[0]?.partition, 1)
  assert.equal(first?.gap?.[0]?.from, 0)
  assert.equal(second?.gap, null)
  await resumed.return?.()
})

test('positions tell where a stream begins and where it is while nothing matches', async () => {
  const { publish, stream } = await open()
  const quiet = await stream({ positions: true, where: { tfd: { amount: { gt: 100 } } } })
  const { value: start } = await quiet.next()
  await publish(0, 1500)
  const { value: later } = await quiet.next()
  assert.ok('position' in start && 'position' in later)
  await quiet.return?.()
  const resumed = await stream({ resumeFrom: later.position })
  assert.deepEqual(numbers(await take(resumed, 1)), [1000])
  await resumed.return?.()
})

test('a cursor that is none of these outcomes is refused', async () => {
  const { publish, stream } = await open()
  const live = await stream()
  await publish(0, 3)
  const [first] = await take(live, 1)
  await live.return?.()
  const cursor = first?.cursor ?? assert.fail()
  for (const resumeFrom of [
    '',
    'abc',
    `${cursor}.1`,
    cursor.replace(/\d$/, '0'),
    cursor.replace('.1.', '.2.'),
  ])
    await assert.rejects(stream({ resumeFrom: resumeFrom || '.' }), { code: 'INVALID_CURSOR' }, resumeFrom)
})
