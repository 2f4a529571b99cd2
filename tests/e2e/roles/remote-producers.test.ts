import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { prepareGenerators } from '#roles/parts/prepare-generators.ts'
import { serveGenerators } from '#roles/parts/serve-generators.ts'
import { openRemoteProducers } from '#subgraphs/incremental/remote-producers.ts'
import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { until } from '../support/until.ts'

/** Processes on one log and one cache, each with a control of its own, as they are with real engines. */
async function setUp() {
  const log = createMemoryEventLog()
  const cache = createMemoryCache()
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const generate = async (instance: string) => {
    const control = await openControl(log)
    const settings = { mode: 'parity', rate: 50, seed: '42', options: {}, labelSpeed: 1 } as const
    const generators = prepareGenerators({
      log,
      control,
      settings,
      given: new Set(),
      registry: new Registry(),
    })
    const notice = (level: string, message: string) => assert.notEqual(level, 'error', message)
    return serveGenerators({ generators, cache, control, instance, notice })
  }
  const graph = async (instance: string) =>
    openRemoteProducers({ control: await openControl(log), cache, instance })
  return { generate, graph }
}

test('the graph steers generators of another process, from whichever process it is asked', async () => {
  const { generate, graph } = await setUp()
  await using one = await graph('one')
  await using two = await graph('two')
  await using _ = await generate('generators')
  await until('a heartbeat', () => one.status('TFD')?.running)
  await until('events', () => (two.status('ECCI')?.sent ?? 0) > 0)

  assert.equal((await one.change('TFD', { rate: 7 })).rate, 7)
  assert.equal((await two.change('TFD', { running: false })).running, false)
  await until('the change to be heard of', () => one.status('TFD')?.running === false)
  assert.equal(one.status('TFD')?.rate, 7)

  const drift = { kind: 'ABRUPT', widthSeconds: 1, periodSeconds: 1, factor: 1 } as const
  assert.deepEqual(
    (await two.drift('ETA', drift)).drift.map(({ kind }) => kind),
    ['ABRUPT'],
  )
  await assert.rejects(two.change('NONE', {}), { code: 'PRODUCER_NOT_FOUND' })
})

test('the process that follows goes on with what the one before was told', async () => {
  const { generate, graph } = await setUp()
  await using producers = await graph('one')
  const first = await generate('first')
  await until('a heartbeat', () => producers.status('TFD')?.running)
  await using second = await generate('second')
  await producers.change('TFD', { rate: 9 })
  await producers.change('ETA', { running: false })
  assert.equal(second.isActive(), false)

  await first[Symbol.asyncDispose]()
  assert.equal(producers.status('TFD'), undefined)
  await until('the second to generate', () => second.isActive() && producers.status('TFD'))
  assert.equal(producers.status('TFD')?.rate, 9)
  assert.equal(producers.status('ETA')?.running, false)
  assert.equal((await producers.change('ETA', { running: true })).running, true)
})
