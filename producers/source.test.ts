import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useCases } from '#use-cases/index.ts'
import { parseEventObject } from '#use-cases/parse.ts'
import { completeSettings } from './settings.ts'
import { openSource } from './source.ts'

const startMs = Date.UTC(2026, 0, 5)

for (const useCase of useCases) {
  test(`a seed reproduces the stream of ${useCase.id}, text of Faker included`, async () => {
    const stream = async (seed: number) => {
      const source = await openSource(useCase, completeSettings(useCase, { seed, rate: 50 }), startMs)
      return Array.from({ length: 500 }, () => source.next())
    }
    const items = await stream(1)
    assert.equal(JSON.stringify(items), JSON.stringify(await stream(1)))
    assert.notEqual(JSON.stringify(items), JSON.stringify(await stream(2)))
    for (const item of items) if (item.kind === 'event') assert.ok(parseEventObject(useCase, item.record).ok)
  })
}

test('user agents, addresses and searches vary', async () => {
  const [tfd, , ecci] = useCases
  const valuesOf = async (useCase: typeof tfd | typeof ecci, field: string) => {
    const source = await openSource(useCase, completeSettings(useCase, { seed: 1 }), startMs)
    const items = Array.from({ length: 600 }, () => source.next())
    const values = items.flatMap(item =>
      item.kind === 'event' ? [(item.record as Record<string, unknown>)[field]] : [],
    )
    return new Set(values.filter(value => value !== null)).size
  }
  assert.ok((await valuesOf(tfd, 'user_agent')) > 100)
  assert.ok((await valuesOf(tfd, 'ip_address')) > 250)
  assert.ok((await valuesOf(ecci, 'search_query')) > 50)
})

test('without a seed each producer draws another one', () => {
  const [tfd] = useCases
  const seeds = new Set(Array.from({ length: 5 }, () => completeSettings(tfd, {}).seed))
  assert.equal(seeds.size, 5)
})
