import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelsText, predictionText } from '#subgraphs/incremental/session/order-record.ts'
import { createOrderAudit } from './order-audit.ts'

const record = (value: string) => ({
  topic: 'predictions',
  partition: 0,
  offset: 0,
  timestamp: 0,
  key: null,
  value: Buffer.from(value),
  headers: {},
})

function prediction(seq: number, partition: number, offset: number) {
  const text = predictionText(
    {
      useCase: 'TFD',
      session: 'a session',
      seq,
      partition,
      offset,
      labels: [1, 2, 3],
      at: 1,
      eventTime: 1,
      latencyMs: 0,
      eventId: `event ${seq}`,
      score: 0.5,
      detail: { flagged: false, threshold: 0.5 },
      modelVersion: 1,
    },
    '{"eventId":"another"}',
  )
  return record(text)
}

test('counts predictions as the order log writes them, and no other record', () => {
  const audit = createOrderAudit(2)
  audit.take([
    prediction(0, 0, 0),
    record(labelsText({ session: 'a session', seq: 1, labels: [0, 0] })),
    prediction(1, 1, 0),
    prediction(2, 0, 1),
  ])
  const { predictions, missing, doubled, lastEventId } = audit
  assert.deepEqual(
    { predictions, missing, doubled, lastEventId },
    {
      predictions: 3,
      missing: 0,
      doubled: 0,
      lastEventId: 'event 2',
    },
  )
})

test('finds source records that were left out and those that came twice', () => {
  const audit = createOrderAudit(1)
  audit.take([prediction(0, 0, 0), prediction(1, 0, 3), prediction(2, 0, 3)])
  assert.deepEqual([audit.missing, audit.doubled], [2, 1])
})
