import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventMapper } from './event-to-graphql.ts'
import { modes } from './generator.ts'
import { useCases } from './index.ts'
import { parseEventObject } from './parse.ts'
import { testSettings } from './test-sources.ts'
import { tfd } from './tfd.ts'

const defaults = { newId: () => 'new', now: () => '2026-01-05T00:00:00Z' }

for (const useCase of useCases) {
  test(`an event of ${useCase.id} survives the way to GraphQL and back`, () => {
    const mapper = createEventMapper(useCase)
    for (const mode of modes) {
      const { record } = useCase.generate(testSettings({ mode })).next()
      const mapped = mapper.toGraphql(record as Record<string, unknown>)
      const back = parseEventObject(useCase, mapper.fromInput(mapped, defaults))
      assert.ok(back.ok)
      assert.deepEqual(back.event, record)
      assert.equal(back.extra, null)
    }
  })
}

test('names are camelCase, types are named, and what is absent is null', () => {
  const { record } = tfd.generate(testSettings({ mode: 'realistic' })).next()
  const mapped = createEventMapper(tfd).toGraphql(record as Record<string, unknown>)
  assert.equal(mapped['__typename'], 'TfdEvent')
  assert.equal((mapped['deviceInfo'] as { __typename: string }).__typename, 'TfdDeviceInfo')
  assert.equal(mapped['isFraud'], null)
  assert.equal(typeof mapped['accountAgeDays'], 'number')
})

test('an input without id and time gets a new id and the present', () => {
  const event = createEventMapper(tfd).fromInput({ amount: 3, timestamp: null }, defaults)
  assert.deepEqual(event, { amount: 3, timestamp: '2026-01-05T00:00:00Z', transaction_id: 'new' })
})

test('a time that the scalar has read into a Date is written as text', () => {
  const event = createEventMapper(tfd).fromInput({ timestamp: new Date(0) }, defaults)
  assert.equal(event['timestamp'], '1970-01-01T00:00:00.000Z')
})
