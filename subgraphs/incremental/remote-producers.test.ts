import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import {
  PRODUCER_ANSWERS,
  PRODUCER_HEARTBEAT,
  PRODUCER_LEASE,
  PRODUCER_REQUESTS,
  type ProducerAnswer,
  type ProducerHeartbeat,
  type ProducerRequest,
  type ProducerStatus,
} from '#use-cases/producer-protocol.ts'
import { openRemoteProducers } from './remote-producers.ts'

const STATUS: ProducerStatus = {
  useCase: 'TFD',
  running: true,
  mode: 'realistic',
  rate: 20,
  seed: '42',
  sent: 7,
  errors: 0,
  drift: [],
}

/** The graph's side on a log and a cache in memory; `answer` plays the generators. */
async function setUp(answer?: (request: ProducerRequest) => ProducerAnswer['result']) {
  const log = createMemoryEventLog()
  const cache = createMemoryCache()
  const control = await openControl(log)
  const elsewhere = await openControl(log)
  const requests: ProducerRequest[] = []
  elsewhere.onChange<ProducerRequest>(PRODUCER_REQUESTS, (key, request) => {
    if (!request) return
    requests.push(request)
    const result = answer?.(request)
    if (!result) return
    const place = key.slice(PRODUCER_REQUESTS.length)
    void elsewhere.put(`${PRODUCER_ANSWERS}${place}`, {
      v: 1,
      id: request.id,
      result,
    } satisfies ProducerAnswer)
  })
  const beat = (statuses: readonly ProducerStatus[], from = 'x') =>
    cache.publish(
      PRODUCER_HEARTBEAT,
      Buffer.from(JSON.stringify({ v: 1, instance: from, statuses } satisfies ProducerHeartbeat)),
    )
  const open = (instance = 'one', timeoutMs = 1000) =>
    openRemoteProducers({ control, cache, instance, timeoutMs })
  return { cache, control, requests, beat, open }
}

test('the status is that of the last heartbeat, and there is none before', async () => {
  const { beat, open } = await setUp()
  await using producers = await open()
  assert.equal(producers.status('TFD'), undefined)
  await beat([STATUS])
  assert.deepEqual(producers.status('TFD'), STATUS)
  assert.equal(producers.status('ETA'), undefined)
  await beat([{ ...STATUS, sent: 8 }])
  assert.equal(producers.status('TFD')?.sent, 8)
})

test('a process that says goodbye generates no more, unless another one has begun', async () => {
  const { beat, open } = await setUp()
  await using producers = await open()
  await beat([STATUS])
  await beat([])
  assert.equal(producers.status('TFD'), undefined)
  await beat([STATUS], 'y')
  await beat([], 'x')
  assert.deepEqual(producers.status('TFD'), STATUS)
})

test('a process that starts later knows the newest heartbeat at once', async () => {
  const { cache, open } = await setUp()
  await cache.set(
    PRODUCER_HEARTBEAT,
    Buffer.from(JSON.stringify({ v: 1, instance: 'x', statuses: [STATUS] })),
  )
  await using producers = await open()
  assert.equal(producers.status('TFD')?.sent, 7)
})

test('a change is answered with the status after it, which everybody here then sees', async () => {
  const { cache, requests, open } = await setUp(({ useCase, action }) => ({
    status: { ...STATUS, useCase, ...('change' in action && action.change) },
  }))
  await cache.acquireLease(PRODUCER_LEASE, 'x', 10_000)
  await using producers = await open()
  const changed = await producers.change('TFD', { rate: 99 })
  assert.equal(changed.rate, 99)
  const drift = { kind: 'BURST', widthSeconds: 1, periodSeconds: 1, factor: 2 } as const
  assert.equal((await producers.drift('ETA', drift)).useCase, 'ETA')
  assert.deepEqual(
    requests.map(({ useCase, action }) => [useCase, action]),
    [
      ['TFD', { change: { rate: 99 } }],
      ['ETA', { drift }],
    ],
  )
})

test('changes of one use case are asked one after the other', async () => {
  const { cache, requests, open } = await setUp(({ action }) => ({
    status: { ...STATUS, ...('change' in action && action.change) },
  }))
  await cache.acquireLease(PRODUCER_LEASE, 'x', 10_000)
  await using producers = await open()
  const rates = [1, 2, 3, 4, 5]
  const changed = await Promise.all(rates.map(rate => producers.change('TFD', { rate })))
  assert.deepEqual(
    changed.map(({ rate }) => rate),
    rates,
  )
  assert.equal(new Set(requests.map(({ id }) => id)).size, 5)
})

test('what the generators refuse keeps its code', async () => {
  const { cache, open } = await setUp(() => ({
    problem: { code: 'INVALID_DRIFT', message: 'No such drift.' },
  }))
  await cache.acquireLease(PRODUCER_LEASE, 'x', 10_000)
  await using producers = await open()
  await assert.rejects(producers.change('TFD', {}), { code: 'INVALID_DRIFT', message: 'No such drift.' })
})

test('without a process that generates it is said at once, and nothing is asked', async () => {
  const { requests, open } = await setUp()
  await using producers = await open()
  await assert.rejects(producers.change('TFD', { rate: 1 }), {
    code: 'PRODUCER_UNREACHABLE',
    message: /none runs.*npm run role -- producers/,
  })
  assert.deepEqual(requests, [])
})

test('one that does not answer is unreachable after a while, and the next change is asked all the same', async () => {
  let silent = true
  const { cache, open } = await setUp(() => (silent ? (undefined as never) : { status: STATUS }))
  await cache.acquireLease(PRODUCER_LEASE, 'x', 10_000)
  await using producers = await open('one', 30)
  await assert.rejects(producers.change('TFD', { rate: 1 }), { code: 'PRODUCER_UNREACHABLE' })
  silent = false
  assert.deepEqual(await producers.change('TFD', { rate: 2 }), STATUS)
})

test('a cache that cannot tell is no reason not to ask', async () => {
  const { cache, open } = await setUp(() => ({ status: STATUS }))
  await using producers = await open()
  cache.leaseHolder = () => Promise.reject(new Error('The cache is away.'))
  assert.deepEqual(await producers.change('TFD', { rate: 2 }), STATUS)
})
