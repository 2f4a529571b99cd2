import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { useCases } from '#use-cases/index.ts'
import { ask } from '../support/ask.ts'
import { eventInput } from '../support/event-input.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { graphql } from '../support/graphql.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

interface Predicted {
  __typename: string
  code?: string
  message?: string
  problems?: { field: string; given: string; wanted: string }[]
  id: string
  eventId: string
  score: number
  detail: object
}

const DETAIL =
  'detail { ... on TfdDetail { flagged threshold } ... on EtaDetail { expectedError } ... on EcciDetail { cluster sessionId sessionEvents } }'
const PREDICT = `mutation ($event: EventInput!) { predict(event: $event) {
  __typename
  ... on Prediction { id eventId score label cursor latencyMs modelVersion useCase { id lag { totalLag } } session { id } eventJson ${DETAIL} }
  ... on Problem { code message }
  ... on InvalidEvent { problems { field given wanted } }
} }`
const LEARNED = 300

describe('predict', () => {
  let platform: PlatformProcess
  const examples = new Map<string, JsonEvent>()
  const predict = async (useCase: UseCase, event: JsonEvent) => {
    const found = await ask<{ predict: Predicted }>(platform.url, PREDICT, {
      event: eventInput(useCase, event),
    })
    return found.predict
  }
  const ingest = (useCase: UseCase, events: readonly JsonEvent[]) =>
    ask<{ ingest: { accepted: number } }>(
      platform.url,
      'mutation ($useCase: UseCaseId!, $events: [JSON!]!) { ingest(useCase: $useCase, events: $events) { accepted } }',
      { useCase: useCase.id, events },
    )
  const progress = async (useCase: UseCase) => {
    const found = await ask<{ useCase: { session: Record<string, number> } }>(
      platform.url,
      'query ($id: UseCaseId!) { useCase(id: $id) { session { predictions labels pendingLabels duplicates deadLetters model { version } } } }',
      { id: useCase.id },
    )
    return found.useCase.session
  }

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--no-producers'] })
  })
  after(() => platform?.kill())

  for (const useCase of useCases as readonly UseCase[]) {
    test(`of ${useCase.id} is not ready before anything was learned, and says what the model says afterwards`, async () => {
      const events = generatedEvents(useCase, { count: LEARNED + 1, seed: 'predict', mode: 'parity' })
      const example = events.pop() as JsonEvent
      examples.set(useCase.id, example)
      const early = await predict(useCase, example)
      assert.deepEqual([early.__typename, early.code], ['NotReady', 'NOT_READY'])

      await ingest(useCase, events)
      await until('all are learned', async () => (await progress(useCase))['predictions'] === LEARNED)
      const figures = await progress(useCase)
      const first = await predict(useCase, example)
      assert.equal(first.__typename, 'Prediction')
      const { id, score, detail } = first
      assert.deepEqual(first, {
        ...first,
        eventId: example[useCase.eventId],
        label: null,
        cursor: null,
        latencyMs: null,
        modelVersion: LEARNED,
      })
      assert.ok(Number.isFinite(score))
      const again = await predict(useCase, example)
      assert.deepEqual([again.score, again.detail], [score, detail])
      assert.notEqual(again.id, id)
      // Nothing was learned from it and nothing is in the log.
      assert.deepEqual(await progress(useCase), figures)
      const kept = await ask<{ prediction: Predicted }>(
        platform.url,
        `query ($id: ID!) { prediction(id: $id) { score ${DETAIL} } }`,
        { id },
      )
      assert.deepEqual(kept.prediction, { score, detail })
    })
  }

  test('says what the stream then says about the same event', async () => {
    for (const useCase of useCases as readonly UseCase[]) {
      const example = examples.get(useCase.id) as JsonEvent
      const { eventId, score, detail } = await predict(useCase, example)
      await ingest(useCase, [example])
      const streamed = await until(`a prediction about ${eventId}`, async () => {
        const { useCase: found } = await ask<{ useCase: { recentPredictions: Predicted[] } }>(
          platform.url,
          `query ($id: UseCaseId!) { useCase(id: $id) { recentPredictions(first: 1) { eventId score ${DETAIL} } } }`,
          { id: useCase.id },
        )
        return found.recentPredictions.find(prediction => prediction.eventId === eventId)
      })
      assert.deepEqual(streamed, { eventId, score, detail })
    }
  })

  test('works while the session is paused, and from its last checkpoint while it is stopped', async () => {
    for (const useCase of useCases as readonly UseCase[]) {
      const example = { ...examples.get(useCase.id), [useCase.eventId]: 'another' }
      const { score, detail } = await predict(useCase, example)
      for (const verb of ['pause', 'stop']) {
        await ask(
          platform.url,
          `mutation ($useCase: UseCaseId!) { ${verb}Training(useCase: $useCase) { __typename } }`,
          { useCase: useCase.id },
        )
        const idle = await predict(useCase, example)
        assert.deepEqual([idle.score, idle.detail], [score, detail], `${useCase.id} after ${verb}`)
      }
    }
  })

  test('names every field that does not fit', async () => {
    const [useCase] = useCases as readonly UseCase[]
    assert.ok(useCase)
    const refused = await predict(useCase, {
      ...examples.get(useCase.id),
      transaction_id: '',
      location: { lat: 91, lon: -181 },
      is_fraud: 2,
    })
    assert.deepEqual([refused.__typename, refused.code], ['InvalidEvent', 'INVALID_EVENT'])
    assert.deepEqual(
      refused.problems?.map(({ field, given }) => [field, given]),
      [
        ['transaction_id', '""'],
        ['location.lat', '91'],
        ['location.lon', '-181'],
        ['is_fraud', '2'],
      ],
    )
    assert.match(refused.message ?? '', /"location\.lat" is 91, wanted a finite number from -90 to 90/)
  })

  test('refuses what is no event, or one of two use cases, as the schema does', async () => {
    const [tfd, eta] = useCases as readonly UseCase[]
    assert.ok(tfd && eta)
    const wrong = [
      {},
      { tfd: {} },
      { tfd: { ...(eventInput(tfd, examples.get('TFD') as JsonEvent)['tfd'] as object), amount: 'much' } },
      {
        ...eventInput(tfd, examples.get('TFD') as JsonEvent),
        ...eventInput(eta, examples.get('ETA') as JsonEvent),
      },
      null,
    ]
    for (const event of wrong) {
      const { errors } = await graphql(platform.url, PREDICT, { event })
      assert.equal(errors?.[0]?.extensions.code, 'BAD_USER_INPUT', JSON.stringify(event))
    }
  })
})
