import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { createProducerHost, type RememberedProducer } from './producer-host.ts'
import { recordsOf } from './test-producer.ts'

const useCase = tfd as UseCase
const { events, labels, truth } = topicsOf(useCase)

async function setUp() {
  const log = createMemoryEventLog()
  await log.createTopics([events, labels, truth].map(name => ({ name })))
  const remembered = new Map<string, RememberedProducer>()
  const open = () =>
    createProducerHost({
      useCases: [useCase],
      log,
      settings: { mode: 'parity', rate: 'max', seed: '42', options: {}, labelSpeed: 1 },
      given: new Set(),
      recall: id => remembered.get(id),
      remember: async (id, state) => void remembered.set(id, state),
    })
  const sent = async (host: ReturnType<typeof open>, more: number) => {
    const before = host.status('TFD')?.sent ?? 0
    while ((host.status('TFD')?.sent ?? 0) < before + more)
      await new Promise(resolve => setTimeout(resolve, 2))
  }
  return { log, open, sent, remembered }
}

test('no stream of a generator repeats the ids of an earlier one, whatever is set', async () => {
  const { log, open, sent } = await setUp()
  {
    await using host = open()
    await host.start()
    await sent(host, 500)
    await host.change('TFD', { mode: 'realistic' })
    await sent(host, 500)
    await host.change('TFD', { mode: 'parity' })
    await sent(host, 500)
    await host.change('TFD', { seed: 'other' })
    await sent(host, 500)
    await host.change('TFD', { seed: '42' })
    await sent(host, 500)
  }
  {
    await using host = open()
    await host.start()
    await sent(host, 500)
  }
  const ids = (await recordsOf(log, events)).map(({ headers }) => headers['event_id'])
  assert.equal(new Set(ids).size, ids.length)
})
