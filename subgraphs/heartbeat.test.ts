import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { createServiceHeartbeat, type HeartbeatOptions } from './heartbeat.ts'
import { decodeHeartbeat, encodeHeartbeat, HEARTBEAT_CHANNEL, heartbeatKey } from './heartbeat-message.ts'
import type { ServiceReport } from './service-status.ts'

const UP: ServiceReport = { state: 'UP', message: 'fine' }

async function bench(change: Partial<HeartbeatOptions> = {}) {
  let time = 1_000_000
  const cache = createMemoryCache({ now: () => time })
  const messages: Uint8Array[] = []
  await cache.subscribe(HEARTBEAT_CHANNEL, message => messages.push(message))
  const heartbeat = createServiceHeartbeat({
    cache,
    name: 'gateway',
    role: 'gateway',
    instance: 'one',
    version: '1.2.3',
    url: 'http://127.0.0.1:4000',
    probe: () => UP,
    intervalMs: 2000,
    now: () => time,
    ...change,
  })
  await heartbeat.beat()
  return {
    cache,
    heartbeat,
    kept: async () => {
      const value = await cache.get(heartbeatKey({ name: 'gateway', instance: 'one' }))
      return value && decodeHeartbeat(value)
    },
    sent: () => messages.map(message => decodeHeartbeat(message)),
    pass: (ms: number) => (time += ms),
  }
}

describe('a heartbeat', () => {
  it('says at once what the service is, on the channel and under a key that expires after three intervals', async () => {
    const { heartbeat, kept, sent, pass } = await bench()
    const [first] = sent()
    assert.ok(first)
    const { process, host, ...rest } = first
    assert.deepEqual(rest, {
      v: 1,
      name: 'gateway',
      role: 'gateway',
      instance: 'one',
      version: '1.2.3',
      url: 'http://127.0.0.1:4000',
      state: 'UP',
      message: 'fine',
      since: 1_000_000,
      intervalMs: 2000,
      leaving: false,
    })
    assert.ok(host.length > 0 && process.pid > 0 && process.residentBytes > 0)
    pass(5999)
    assert.equal((await kept())?.state, 'UP')
    pass(1)
    assert.equal(await kept(), null)
    await heartbeat[Symbol.asyncDispose]()
  })

  it('carries when the state was entered, not when it was said', async () => {
    let report: ServiceReport = UP
    const { heartbeat, sent, pass } = await bench({ probe: () => report })
    pass(2000)
    await heartbeat.beat()
    report = { state: 'DEGRADED', message: 'slow' }
    pass(2000)
    await heartbeat.beat()
    pass(2000)
    await heartbeat.beat()
    assert.deepEqual(
      sent().map(beat => [beat?.state, beat?.since]),
      [
        ['UP', 1_000_000],
        ['UP', 1_000_000],
        ['DEGRADED', 1_004_000],
        ['DEGRADED', 1_004_000],
      ],
    )
    await heartbeat[Symbol.asyncDispose]()
  })

  it('leaves when it is disposed of, or when its part is no longer here', async () => {
    let report: ServiceReport | null = UP
    const { heartbeat, kept, sent } = await bench({ probe: () => report })
    report = null
    await heartbeat.beat()
    assert.deepEqual([sent().at(-1)?.leaving, await kept()], [true, null])
    await heartbeat.beat()
    assert.equal(sent().length, 2)
    report = UP
    await heartbeat.beat()
    assert.equal(sent().at(-1)?.leaving, false)
    await heartbeat[Symbol.asyncDispose]()
    assert.deepEqual([sent().at(-1)?.leaving, await kept()], [true, null])
  })

  it('is DOWN when its probe throws', async () => {
    const { heartbeat, sent } = await bench({
      probe: () => {
        throw new Error('No such part.')
      },
    })
    assert.deepEqual([sent()[0]?.state, sent()[0]?.message], ['DOWN', 'No such part.'])
    await heartbeat[Symbol.asyncDispose]()
  })

  it('survives a cache that refuses, and ends though a cache never answers', async () => {
    const cache = createMemoryCache()
    await cache[Symbol.asyncDispose]()
    const refused = await bench({ cache })
    await refused.heartbeat.beat()
    await refused.heartbeat[Symbol.asyncDispose]()

    const silent = { ...createMemoryCache(), delete: () => new Promise<boolean>(() => {}) }
    const { heartbeat } = await bench({ cache: silent })
    await heartbeat[Symbol.asyncDispose]()
  })
})

describe('a heartbeat message', () => {
  it('is read with members that are not known, and not at all in another version or shape', async () => {
    const { heartbeat, sent } = await bench()
    const [known] = sent()
    assert.ok(known)
    const read = (change: object) => decodeHeartbeat(encodeHeartbeat({ ...known, ...change }))
    assert.deepEqual(read({ colour: 'red' }), { ...known, colour: 'red' })
    for (const wrong of [{ v: 2 }, { state: 'FLYING' }, { process: null }, { name: '' }, { intervalMs: '2' }])
      assert.equal(read(wrong), null, JSON.stringify(wrong))
    for (const text of ['', 'null', '[]', 'UP'])
      assert.equal(decodeHeartbeat(new TextEncoder().encode(text)), null)
    await heartbeat[Symbol.asyncDispose]()
  })
})
