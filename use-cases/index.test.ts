import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modes } from './generator.ts'
import { useCaseById, useCases } from './index.ts'
import { metricNames } from './metric-names.ts'
import { testSettings } from './test-sources.ts'
import { topicsOf } from './topics.ts'

test('use cases have distinct ids and topics, and are found by id', () => {
  assert.deepEqual(
    useCases.map(({ id }) => id),
    ['TFD', 'ETA', 'ECCI'],
  )
  const topics = useCases.flatMap(useCase => Object.values(topicsOf(useCase)))
  assert.equal(new Set(topics).size, topics.length)
  for (const useCase of useCases) assert.equal(useCaseById(useCase.id), useCase)
  assert.throws(() => useCaseById('tfd'), { code: 'UNKNOWN_USE_CASE' })
})

test('every use case reports metrics of its task, each once', () => {
  for (const { task, metrics } of useCases) {
    assert.equal(new Set(metrics).size, metrics.length)
    for (const name of metrics) assert.ok((metricNames[task] as readonly string[]).includes(name), name)
  }
})

for (const useCase of useCases) {
  test(`features of ${useCase.id} are scalars that read declared fields known when the event happens`, () => {
    const read = new Set<string>()
    for (const mode of modes) {
      const generator = useCase.generate(testSettings({ mode }))
      for (let pulled = 0; pulled < 200; pulled++) {
        const item = generator.next()
        if (item.kind !== 'event') continue
        const watched = new Proxy<Record<string, unknown>>(item.record, {
          get: (event, name) => {
            read.add(String(name))
            return event[String(name)]
          },
        })
        for (const { name, kind, of } of useCase.features) {
          const value = of(watched)
          const isFitting = kind === 'nominal' || value === null || Number.isFinite(value)
          assert.ok(isFitting && (value === null || typeof value !== 'object'), `${name}: ${String(value)}`)
        }
      }
    }
    for (const name of read) {
      const field = (useCase.fields as Record<string, { availability: string }>)[name]
      assert.equal(field?.availability, 'event', name)
    }
    // An identifier that is new with each event would only be memorised.
    assert.ok(!read.has(useCase.eventId))
  })
}
