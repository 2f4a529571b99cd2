import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSocket } from './raw-socket.ts'
import { startFixture, until } from './start-fixture.ts'

/** Messages of about 100 kB, so that the kernel's buffers are full soon. */
const FILLER = 'x'.repeat(100_000)
const QUERY = 'subscription { priceChanged { cents } }'

describe('a client that reads too slowly', () => {
  it('loses the oldest messages, is told how many, and delays nobody', async () => {
    await using started = await startFixture({ limits: { highWaterBytes: 200_000, queueLength: 10 } })
    const { prices } = started.fixture
    const slow = await openSocket(started.socketUrl)
    const quick = await openSocket(started.socketUrl)
    for (const { send } of [slow, quick]) send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    const active = () => started.metric('coelho_gateway_client_subscriptions', 'transport="websocket"')
    await until(async () => (await active()) === 2 && prices.listeners === 1, 'both subscribed')

    slow.socket.pause()
    const count = 300
    for (let cents = 1; cents <= count; cents++) {
      // The stream's own count of what it left out is added to.
      prices.publish({
        id: '1',
        cents,
        extensions: { filler: FILLER, ...(cents % 10 === 0 && { dropped: 1 }) },
      })
      assert.equal(centsOf(await quick.next()), cents)
    }
    const dropped = () => started.metric('coelho_gateway_messages_dropped_total', 'transport="websocket"')
    assert.ok((await dropped()) > 0)

    slow.socket.resume()
    await until(
      () => slow.received.length > 1 && centsOf(slow.received.at(-1)) === count,
      'the slow client caught up',
    )
    const messages = slow.received.filter(({ type }) => type === 'next')
    const seen = messages.map(centsOf)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      seen.slice(-10),
      Array.from({ length: 10 }, (_, i) => count - 9 + i),
    )
    const told = messages.reduce((sum, message) => sum + droppedOf(message), 0)
    assert.equal(told, count - messages.length + count / 10)
    assert.equal(await dropped(), count - messages.length)
    for (const { socket } of [slow, quick]) socket.close()
  })

  it('is spared no message of a stream whose messages build on each other', async () => {
    await using started = await startFixture({
      limits: { highWaterBytes: 200_000, queueLength: 2 },
      lossless: ({ field }) => field === 'priceChanged',
    })
    const { prices } = started.fixture
    const slow = await openSocket(started.socketUrl)
    slow.send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    await until(() => prices.listeners === 1, 'it subscribed')
    slow.socket.pause()
    const count = 100
    for (let cents = 1; cents <= count; cents++) {
      prices.publish({ id: '1', cents, extensions: { filler: FILLER } })
      if (cents % 20 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    slow.socket.resume()
    await until(() => centsOf(slow.received.at(-1)) === count, 'the slow client caught up')
    const seen = slow.received.filter(({ type }) => type === 'next').map(centsOf)
    assert.deepEqual(
      seen,
      Array.from({ length: count }, (_, i) => i + 1),
    )
    slow.socket.close()
  })

  it('is closed when it reads nothing at all for too long', async () => {
    await using started = await startFixture({
      limits: { highWaterBytes: 50_000, queueLength: 5, stuckAfterMs: 100 },
    })
    const { prices } = started.fixture
    const stuck = await openSocket(started.socketUrl)
    stuck.send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    await until(() => prices.listeners === 1, 'it subscribed')
    stuck.socket.pause()
    for (let cents = 0; cents < 200; cents++) {
      prices.publish({ id: '1', cents, extensions: { filler: FILLER } })
      if (cents % 20 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await until(() => prices.listeners === 0, 'the stream ended without its client')
    stuck.socket.terminate()
  })
})

function centsOf(message: Record<string, unknown> | undefined): number {
  return (
    (message as { payload?: { data: { priceChanged: { cents: number } } } }).payload?.data.priceChanged
      .cents ?? 0
  )
}

function droppedOf(message: Record<string, unknown>): number {
  return (message as { payload: { extensions?: { dropped?: number } } }).payload.extensions?.dropped ?? 0
}
