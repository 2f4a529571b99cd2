import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from '../support/ask.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

test('`--mode parity`: labels stand inside the events and count right after each prediction', async () => {
  await using platform = await startPlatformProcess({
    args: ['--ephemeral', '--mode', 'parity', '--rate', '100'],
  })
  assert.match(
    String(platform.events.find(({ event }) => event === 'ready')?.['labelDelay']),
    /inside the events/,
  )
  await using subscriber = createSubscriber(platform.url)
  const predictions = subscriber.subscribe<{
    predictions: { id: string; label: number | null; event: { isFraud: number | null } }
  }>('subscription { predictions(useCase: TFD) { id label event { ... on TfdEvent { isFraud } } } }')
  const outcomes = subscriber.subscribe<{
    outcomes: { label: number; prediction: { event: { simulatedActualTravelTimeSeconds: number } } }
  }>(
    'subscription { outcomes(useCase: ETA) { label prediction { event { ... on EtaEvent { simulatedActualTravelTimeSeconds } } } } }',
  )
  for (const { data } of await predictions.take(10)) {
    assert.equal(data?.predictions.label, data?.predictions.event.isFraud)
    assert.ok([0, 1].includes(data?.predictions.label ?? Number.NaN))
  }
  for (const { data } of await outcomes.take(10))
    assert.equal(data?.outcomes.label, data?.outcomes.prediction.event.simulatedActualTravelTimeSeconds)
  await until('labels of all predictions', async () => {
    const { useCases } = await ask<{
      useCases: {
        id: string
        producer: { mode: string }
        session: { predictions: number; labels: number; pendingLabels: number }
        topics: { name: string; records: number }[]
      }[]
    }>(
      platform.url,
      '{ useCases { id producer { mode } session { predictions labels pendingLabels } topics { name records } } }',
    )
    for (const { id, producer, session, topics } of useCases) {
      assert.equal(producer.mode, 'PARITY')
      assert.equal(session.pendingLabels, 0)
      assert.equal(session.labels, id === 'ECCI' ? 0 : session.predictions)
      assert.equal(topics.find(({ name }) => name.endsWith('.labels'))?.records, 0)
    }
    return useCases.every(({ session }) => session.predictions > 30)
  })
})
