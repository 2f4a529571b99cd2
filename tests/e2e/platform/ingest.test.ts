import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { graphql } from '../support/graphql.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { until } from '../support/until.ts'

interface Report {
  accepted: number
  duplicates: number
  rejected: { index: number; code: string; message: string; problems: { field: string; given: string }[] }[]
}

const INGEST = `mutation ($useCase: UseCaseId!, $events: [JSON!]!) {
  ingest(useCase: $useCase, events: $events) { accepted duplicates rejected { index code message problems { field given wanted } } }
}`
const MOST = 10_000

/** In the order in which the tests stand. Only this file adds events. */
describe('ingest', () => {
  const events = generatedEvents(tfd, { count: 200, seed: 'ingest', mode: 'parity' })
  let directory: ScratchDirectory
  let platform: PlatformProcess
  const start = async () => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, '--no-producers'] })
  }
  const ingest = async (given: readonly unknown[], useCase = 'TFD') =>
    (await ask<{ ingest: Report }>(platform.url, INGEST, { useCase, events: given })).ingest
  const figures = async (id: string) => {
    const { useCase } = await ask<{
      useCase: { session: Record<string, number>; topics: { name: string; records: number }[] }
    }>(
      platform.url,
      'query ($id: UseCaseId!) { useCase(id: $id) { session { predictions labels duplicates deadLetters } topics { name records } } }',
      { id },
    )
    return useCase
  }
  const predicted = (id: string, count: number) =>
    until(`${count} predictions of ${id}`, async () => {
      const { session } = await figures(id)
      return session['predictions'] === count && session
    })

  before(async () => {
    directory = await createScratchDirectory()
    await start()
  })
  after(async () => {
    await platform?.kill()
    await directory?.[Symbol.asyncDispose]()
  })

  test('appends events, which are predicted and, with their label inside, learned', async () => {
    assert.deepEqual(await ingest(events.slice(0, 100)), { accepted: 100, duplicates: 0, rejected: [] })
    const session = await predicted('TFD', 100)
    assert.deepEqual(session, { predictions: 100, labels: 100, duplicates: 0, deadLetters: 0 })
    assert.deepEqual(await ingest([]), { accepted: 0, duplicates: 0, rejected: [] })
  })

  test('is idempotent by event id, within a batch and between batches that race', async () => {
    assert.deepEqual(await ingest(events.slice(50, 110)), { accepted: 10, duplicates: 50, rejected: [] })
    const [twice] = events.slice(110)
    assert.deepEqual(await ingest([twice, { ...twice, amount: 1 }, twice]), {
      accepted: 1,
      duplicates: 2,
      rejected: [],
    })
    const reports = await Promise.all(Array.from({ length: 5 }, () => ingest(events.slice(100, 120))))
    assert.equal(
      reports.reduce((sum, { accepted }) => sum + accepted, 0),
      9,
    )
    assert.equal((await predicted('TFD', 120))['duplicates'], 0)
  })

  test('refuses bad events by index and field, and takes the others of their batch', async () => {
    const { merchant_id: _, ...missing } = events[121] as JsonEvent
    const batch = [
      events[120],
      missing,
      { ...events[122], amount: '12', location: { lat: 'north', lon: 0 } },
      'text',
      17,
      [events[123]],
      { ...events[124], timestamp: '2026-01-05 00:00:00' },
      events[125],
    ]
    const { accepted, duplicates, rejected } = await ingest(batch)
    assert.deepEqual([accepted, duplicates], [2, 0])
    assert.deepEqual(
      rejected.map(({ index, code, problems }) => [index, code, problems.map(({ field }) => field)]),
      [
        [1, 'INVALID_EVENT', ['merchant_id']],
        [2, 'INVALID_EVENT', ['amount', 'location.lat']],
        [3, 'INVALID_EVENT', ['$']],
        [4, 'INVALID_EVENT', ['$']],
        [5, 'INVALID_EVENT', ['$']],
        [6, 'INVALID_EVENT', ['timestamp']],
      ],
    )
    assert.match(rejected[0]?.message ?? '', /"merchant_id" is missing/)
    await predicted('TFD', 122)
    // What was refused is not in the topic, so it is no dead letter either, and may be sent again once it is mended.
    assert.equal((await figures('TFD')).session['deadLetters'], 0)
    assert.equal((await ingest([events[121]])).accepted, 1)
  })

  test('takes ids of any text and length', async () => {
    const odd = ['\u{1f4a5} \n"\u0000', 'x'.repeat(100_000), '__proto__'].map((id, index) => ({
      ...events[130 + index],
      transaction_id: id,
    }))
    assert.deepEqual(await ingest(odd), { accepted: 3, duplicates: 0, rejected: [] })
    assert.deepEqual(await ingest(odd), { accepted: 0, duplicates: 3, rejected: [] })
  })

  test('keeps fields that are not declared in the record', async () => {
    const event = { ...events[126], note: { from: 'a client', tags: [1, null] } }
    await ingest([event])
    await predicted('TFD', 127)
    const kept = await until('the prediction in memory', async () => {
      const { useCase } = await ask<{ useCase: { recentPredictions: { eventJson: JsonEvent }[] } }>(
        platform.url,
        '{ useCase(id: TFD) { recentPredictions(first: 1) { eventJson } } }',
      )
      const [newest] = useCase.recentPredictions
      return newest?.eventJson['transaction_id'] === events[126]?.['transaction_id'] && newest?.eventJson
    })
    assert.deepEqual(kept, event)
  })

  test(`takes ${MOST} events at once, not one more, and predicts them all`, async () => {
    const many = generatedEvents(eta, { count: MOST + 1, seed: 'many', mode: 'parity' })
    const { errors } = await graphql(platform.url, INGEST, { useCase: 'ETA', events: many.map(() => 0) })
    assert.equal(errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
    assert.match(errors?.[0]?.message ?? '', /10001 events given, at most 10000 a call wanted/)
    assert.deepEqual(await ingest(many.slice(0, MOST), 'ETA'), {
      accepted: MOST,
      duplicates: 0,
      rejected: [],
    })
    const session = await predicted('ETA', MOST)
    assert.deepEqual(session, { predictions: MOST, labels: MOST, duplicates: 0, deadLetters: 0 })
    // Long forgotten by memory, found in the log.
    const { id } = (
      await ask<{ useCase: { session: { id: string } } }>(
        platform.url,
        '{ useCase(id: ETA) { session { id } } }',
      )
    ).useCase.session
    for (const sequence of [0, 999, 1000, 4321]) {
      const { prediction } = await ask<{
        prediction: { modelVersion: number; label: number; eventJson: JsonEvent }
      }>(platform.url, 'query ($id: ID!) { prediction(id: $id) { modelVersion label eventJson } }', {
        id: Buffer.from(`ETA ${id} ${sequence}`).toString('base64url'),
      })
      assert.equal(prediction.modelVersion, sequence)
      assert.equal(prediction.label, prediction.eventJson['simulated_actual_travel_time_seconds'])
    }
  })

  for (const how of ['stop', 'kill'] as const) {
    test(`knows after a ${how === 'stop' ? 'restart' : 'SIGKILL'} what was sent before it`, async () => {
      const sent = events.slice(0, 121)
      await platform[how]()
      await start()
      assert.deepEqual(await ingest(sent), { accepted: 0, duplicates: sent.length, rejected: [] })
      const { topics } = await figures('TFD')
      assert.equal(topics.find(({ name }) => name === tfd.topic)?.records, 127)
      await predicted('TFD', 127)
    })
  }

  test('refuses an unknown use case as the schema does', async () => {
    const { errors } = await graphql(platform.url, INGEST, { useCase: 'NONE', events: [] })
    assert.equal(errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
  })
})
