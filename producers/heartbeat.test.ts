import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import {
  PRODUCER_HEARTBEAT,
  type ProducerHeartbeat,
  type ProducerStatus,
} from '#use-cases/producer-protocol.ts'
import { startHeartbeat } from './heartbeat.ts'

const STATUS: ProducerStatus = {
  useCase: 'TFD',
  running: true,
  mode: 'parity',
  rate: 5,
  seed: 's',
  sent: 3,
  errors: 0,
  drift: [],
}

test('a heartbeat tells the statuses to those who listen, and keeps the newest for those who come', async () => {
  const cache = createMemoryCache()
  const heard: ProducerHeartbeat[] = []
  const read = (message: Uint8Array) => JSON.parse(Buffer.from(message).toString()) as ProducerHeartbeat
  await cache.subscribe(PRODUCER_HEARTBEAT, message => heard.push(read(message)))
  let sent = 1
  const heartbeat = startHeartbeat({ cache, instance: 'one', statuses: () => [{ ...STATUS, sent }] })
  sent = 2
  heartbeat.beat()
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(
    heard.map(({ statuses }) => statuses[0]?.sent),
    [1, 2],
  )
  assert.equal(read((await cache.get(PRODUCER_HEARTBEAT)) as Uint8Array).statuses[0]?.sent, 2)
  heartbeat[Symbol.dispose]()
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(heard.at(-1), { v: 1, instance: 'one', statuses: [] })
})
