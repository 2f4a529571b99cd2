import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import { createEarlyLabels, loadEarlyLabels } from './early-labels.ts'
import { createPendingPredictions, loadPendingPredictions } from './pending-predictions.ts'

const ids = ['a', '__proto__', '\ud800', 'x'.repeat(100_000), `${'x'.repeat(100_000)}y`]
const prediction = (seq: number) => ({
  seq,
  row: Float64Array.of(seq),
  score: 0.5,
  detail: { flagged: false, threshold: 0.5 },
  eventTime: 0,
  by: 'weighted-naive-bayes',
  others: null,
})

test('a prediction waits under an id of any text and length, in little memory, also after a restart', () => {
  const pending = createPendingPredictions()
  ids.forEach((id, seq) => pending.add(id, prediction(seq)))
  const out = createStateWriter()
  pending.save(out)
  const saved = out.finish()
  assert.ok(saved.byteLength < 5000, `${saved.byteLength} bytes`)
  const loaded = loadPendingPredictions(createStateReader(saved))
  for (const known of [pending, loaded]) {
    ids.forEach((id, seq) => assert.equal(known.take(id)?.seq, seq))
    assert.equal(known.take('a'), undefined)
    assert.equal(known.size, 0)
  }
})

test('a label waits for its event in the same way', () => {
  const early = createEarlyLabels()
  ids.forEach((id, label) => early.add(id, { label, version: 1 }))
  const out = createStateWriter()
  early.save(out)
  const saved = out.finish()
  assert.ok(saved.byteLength < 5000, `${saved.byteLength} bytes`)
  const loaded = loadEarlyLabels(createStateReader(saved))
  for (const known of [early, loaded]) {
    ids.forEach((id, label) => assert.deepEqual(known.take(id), { label, version: 1 }))
    assert.equal(known.size, 0)
  }
})
