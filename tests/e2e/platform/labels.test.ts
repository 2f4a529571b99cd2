import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UseCase } from '#use-cases/define.ts'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { graphql } from '../support/graphql.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Prediction {
  id: string
  eventId: string
  score: number
  label: number | null
  detail: { flagged: boolean }
}

interface Session {
  predictions: number
  labels: number
  pendingLabels: number
  deadLetters: number
  metrics: { name: string; value: number | null; n: number }[]
}

const PREDICTION = 'id eventId score label detail { ... on TfdDetail { flagged } }'
const SUBMIT = `mutation ($input: SubmitLabelInput!) { submitLabel(input: $input) {
  __typename
  ... on LabelAccepted { eventId label useCase { id lag { totalLag } } }
  ... on Problem { code message } ... on InvalidInput { path }
} }`
const COUNT = 40
/** Predictions of a use case that are kept in memory. */
const RING = 2000

/** In the order in which the tests stand. Events come without labels; only this file adds any. */
describe('labels submitted by a client', () => {
  const events = new Map<UseCase, JsonEvent[]>(
    [tfd, eta, ecci].map(useCase => [
      useCase,
      generatedEvents(useCase, { count: RING + 200, seed: 'labels', mode: 'realistic' }),
    ]),
  )
  const predictions = new Map<UseCase, Prediction[]>()
  let platform: PlatformProcess

  const submit = async (input: object) => {
    const { submitLabel } = await ask<{ submitLabel: Record<string, unknown> }>(platform.url, SUBMIT, {
      input,
    })
    return submitLabel
  }
  const session = async ({ id }: UseCase) => {
    const { useCase } = await ask<{ useCase: { session: Session } }>(
      platform.url,
      'query ($id: UseCaseId!) { useCase(id: $id) { session { predictions labels pendingLabels deadLetters metrics { name value n } } } }',
      { id },
    )
    return useCase.session
  }
  const ingest = async (useCase: UseCase, from: number, to: number) => {
    await ask(
      platform.url,
      'mutation ($useCase: UseCaseId!, $events: [JSON!]!) { ingest(useCase: $useCase, events: $events) { accepted } }',
      { useCase: useCase.id, events: events.get(useCase)?.slice(from, to) },
    )
    await until(`${to} predictions`, async () => (await session(useCase)).predictions === to)
  }
  const prediction = async (id: string) => {
    const found = await ask<{ prediction: Prediction }>(
      platform.url,
      `query ($id: ID!) { prediction(id: $id) { ${PREDICTION} } }`,
      { id },
    )
    return found.prediction
  }
  const learned = (useCase: UseCase, labels: number) =>
    until(`${labels} labels`, async () => {
      const found = await session(useCase)
      // Metrics follow the count within a moment.
      return found.labels === labels && found.metrics.some(({ n }) => n === labels) && found
    })

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--no-producers'] })
    for (const useCase of events.keys()) {
      await ingest(useCase, 0, COUNT)
      const recent = await until(`${COUNT} predictions in memory`, async () => {
        const found = await ask<{ useCase: { recentPredictions: Prediction[] } }>(
          platform.url,
          `query ($id: UseCaseId!) { useCase(id: $id) { recentPredictions(first: ${COUNT}) { ${PREDICTION} } } }`,
          { id: useCase.id },
        )
        return found.useCase.recentPredictions.length === COUNT && found.useCase.recentPredictions
      })
      predictions.set(useCase, recent.reverse())
    }
  })
  after(() => platform?.kill())

  test('by prediction or by event reach the model, the metrics and the outcomes stream', async () => {
    await using subscriber = createSubscriber(platform.url)
    const outcomes = subscriber.subscribe<{
      outcomes: { label: number; loss: number; prediction: Prediction }
    }>(`subscription { outcomes(useCase: TFD) { label loss prediction { ${PREDICTION} } } }`)
    const [first, ...others] = predictions.get(tfd) as [Prediction, ...Prediction[]]
    assert.ok([first, ...others].every(({ label }) => label === null))
    // The stream has no first message to wait for, so the first label is its own test of it.
    await until('the stream is open', async () => {
      const text = await (await fetch(`${platform.url}/metrics`)).text()
      return /^coelho_gateway_upstream_subscriptions(\{[^}]*\})? 1$/m.test(text)
    })
    const labelOf = (index: number) => (index % 4 === 0 ? 1 : 0)
    assert.deepEqual(await submit({ prediction: { id: first.id, label: labelOf(0) } }), {
      __typename: 'LabelAccepted',
      eventId: first.eventId,
      label: 1,
      useCase: { id: 'TFD', lag: { totalLag: 0 } },
    })
    for (const [index, { eventId, id }] of others.entries()) {
      const label = labelOf(index + 1)
      const input = index % 2 ? { prediction: { id, label } } : { event: { useCase: 'TFD', eventId, label } }
      assert.equal((await submit(input))['__typename'], 'LabelAccepted')
    }
    const { metrics, pendingLabels } = await learned(tfd, COUNT)
    assert.equal(pendingLabels, 0)
    const all = [first, ...others]
    const right = all.filter(({ detail }, index) => detail.flagged === (labelOf(index) === 1))
    const accuracy = metrics.find(({ name }) => name === 'accuracy')
    assert.deepEqual(accuracy, { name: 'accuracy', value: right.length / COUNT, n: COUNT })

    const seen = await outcomes.take(COUNT)
    // Labels of different partitions that arrive together count in the order of the partitions.
    assert.deepEqual(
      new Map(seen.map(({ data }) => [data?.outcomes.prediction.id, data?.outcomes.label])),
      new Map(all.map(({ id }, index) => [id, labelOf(index)])),
    )
    assert.deepEqual(await prediction(first.id), { ...first, label: 1 })
  })

  test('score what was predicted before they were known', async () => {
    const all = predictions.get(eta) as Prediction[]
    const labels = all.map(({ score }, index) => Math.round(score) + 10 * index)
    for (const [index, { id }] of all.entries())
      await submit({ prediction: { id, label: labels[index] as number } })
    const { metrics } = await learned(eta, COUNT)
    const errors = all.map(({ score }, index) => Math.abs((labels[index] as number) - score))
    const wanted = errors.reduce((sum, error) => sum + error, 0) / COUNT
    const mae = metrics.find(({ name }) => name === 'mae')
    assert.ok(Math.abs(Number(mae?.value) - wanted) < 1e-6 * wanted, `${mae?.value} given, ${wanted} wanted`)
  })

  test('count once: a second one that says the same changes nothing', async () => {
    const [first] = predictions.get(tfd) as [Prediction]
    const before = await session(tfd)
    await submit({ prediction: { id: first.id, label: 1 } })
    // Another label is the sign that the one before it was read.
    await ingest(tfd, COUNT, COUNT + 1)
    const eventId = events.get(tfd)?.[COUNT]?.['transaction_id'] as string
    await submit({ event: { useCase: 'TFD', eventId, label: 0 } })
    await learned(tfd, before.labels + 1)
    assert.equal((await prediction(first.id)).label, 1)
  })

  test('may come before their event', async () => {
    const { labels, predictions: sequence } = await session(tfd)
    const eventId = events.get(tfd)?.[sequence]?.['transaction_id'] as string
    await submit({ event: { useCase: 'TFD', eventId, label: 1 } })
    await ingest(tfd, sequence, sequence + 1)
    await learned(tfd, labels + 1)
  })

  test('that can be none are refused and tell why', async () => {
    const [{ id }] = predictions.get(tfd) as [Prediction]
    const [{ id: cluster }] = predictions.get(ecci) as [Prediction]
    const unknown = Buffer.from('TFD 00000000-0000-0000-0000-000000000000 1').toString('base64url')
    for (const [input, type, code, message] of [
      [{ prediction: { id, label: 0.5 } }, 'InvalidInput', 'INVALID_LABEL', '0.5 given, 0 or 1 wanted.'],
      [
        { event: { useCase: 'TFD', eventId: 'x', label: 2 } },
        'InvalidInput',
        'INVALID_LABEL',
        '2 given, 0 or 1 wanted.',
      ],
      [
        { prediction: { id: cluster, label: 1 } },
        'InvalidInput',
        'INVALID_LABEL',
        'ECCI learns without labels.',
      ],
      [
        { event: { useCase: 'ECCI', eventId: 'x', label: 1 } },
        'InvalidInput',
        'INVALID_LABEL',
        'ECCI learns without labels.',
      ],
      [
        { prediction: { id: unknown, label: 1 } },
        'NotFound',
        'PREDICTION_NOT_FOUND',
        `There is no prediction ${unknown}.`,
      ],
    ] as const) {
      const problem = await submit(input)
      assert.deepEqual(
        [problem['__typename'], problem['code'], problem['message']],
        [type, code, message],
        JSON.stringify(input),
      )
    }
    for (const [input, code] of [
      [{ prediction: { id: 'nonsense', label: 1 } }, 'INVALID_ID'],
      [{}, 'BAD_USER_INPUT'],
      [{ prediction: { id, label: 1 }, event: { useCase: 'TFD', eventId: 'x', label: 1 } }, 'BAD_USER_INPUT'],
      [{ event: { useCase: 'NONE', eventId: 'x', label: 1 } }, 'BAD_USER_INPUT'],
      [{ prediction: { id, label: 'yes' } }, 'BAD_USER_INPUT'],
    ] as const) {
      const { errors } = await graphql(platform.url, SUBMIT, { input })
      assert.equal(errors?.[0]?.extensions.code, code, JSON.stringify(input))
    }
    assert.equal((await session(tfd)).deadLetters, 0)
  })

  test('are found with their prediction in the log, once memory has forgotten both', async () => {
    const { predictions: sequence } = await session(tfd)
    const old = predictions.get(tfd) as [Prediction, Prediction, Prediction, Prediction, Prediction]
    await ingest(tfd, sequence, RING + 150)
    const newest = await ask<{ useCase: { recentPredictions: Prediction[] } }>(
      platform.url,
      '{ useCase(id: TFD) { recentPredictions(first: 100) { id eventId score } } }',
    )
    const ids = new Set(newest.useCase.recentPredictions.map(({ id }) => id))
    assert.equal(ids.size, 100)
    assert.ok(!ids.has(old[0].id))
    for (const index of [0, 1, 4] as const) {
      assert.deepEqual(await prediction(old[index].id), { ...old[index], label: index % 4 === 0 ? 1 : 0 })
    }
    // And a label still finds its prediction there.
    const waiting = events.get(tfd)?.[sequence]?.['transaction_id'] as string
    const { labels } = await session(tfd)
    await submit({ event: { useCase: 'TFD', eventId: waiting, label: 1 } })
    await learned(tfd, labels + 1)
  })
})
