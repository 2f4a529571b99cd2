import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createSlices, loadSlices, type SliceOptions, type Slices } from './slices.ts'

const options: SliceOptions = {
  fields: ['country', 'device'],
  metrics: ['accuracy', 'logLoss'],
  task: 'classification',
  maxValues: 3,
  minObservations: 50,
}
const of = (label: 0 | 1, score: number, seq: number) => ({
  label,
  score,
  flagged: score >= 0.5,
  timeMs: seq,
  seq,
})

function reloaded(slices: Slices): Slices {
  const out = createStateWriter()
  slices.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadSlices(input, options)
  input.end()
  return loaded
}

test('the gap is between the best and the worst value with enough events', () => {
  let slices = createSlices(options)
  const random = createRandom('gap')
  for (let seq = 0; seq < 600; seq++) {
    const label = random.below(2) as 0 | 1
    const country = seq % 2 === 0 ? 'A' : 'B'
    // Decisions on B are wrong two times in five; C has too few events to be compared.
    const isRight = country === 'A' || random.next() > 0.4
    slices.update([country, 'phone'], of(label, isRight === (label === 1) ? 0.9 : 0.1, seq))
  }
  slices.update(['C', null], of(1, 0, 600))
  slices = reloaded(slices)
  const { values, gaps } = slices.snapshot()
  assert.deepEqual(
    values.map(({ field, value, n }) => [field, value, n]),
    [
      ['country', 'A', 300],
      ['country', 'B', 300],
      ['country', 'C', 1],
      ['device', 'phone', 600],
      ['device', null, 1],
    ],
  )
  const [accuracy, logLoss] = gaps
  assert.deepEqual([accuracy.best, accuracy.worst, accuracy.apart], ['A', 'B', true])
  assert.ok(accuracy.gap > 0.3 && accuracy.gap < 0.5)
  assert.deepEqual([logLoss.metric, logLoss.best, gaps.length], ['logLoss', 'A', 2])
})

test('values beyond the bound share one slice, and none of them is part of a gap', () => {
  let slices = createSlices(options)
  for (let seq = 0; seq < 100; seq++) slices.update([`country ${seq}`, null], of(0, 0.1, seq))
  slices = reloaded(slices)
  const { values } = slices.snapshot()
  assert.deepEqual(
    values.filter(({ field }) => field === 'country').map(({ rest, n }) => [rest, n]),
    [
      [false, 1],
      [false, 1],
      [false, 1],
      [true, 97],
    ],
  )
})

test('a corrected label changes the slices of its event', () => {
  const slices = createSlices(options)
  slices.update(['A', 'phone'], of(0, 0.9, 0))
  slices.update(['B', 'phone'], of(0, 0.9, 1))
  slices.correct(['A', 'phone'], of(0, 0.9, 0), of(1, 0.9, 0))
  assert.deepEqual(
    slices.snapshot().values.map(({ metrics: [{ value }] }) => value),
    [1, 0, 0.5],
  )
})

test('metrics over windows and rows of another length are refused', () => {
  const hasCode = (code: string) => (error: Error & { code?: string }) => error.code === code
  assert.throws(() => createSlices({ ...options, metrics: ['rollingRecall'] }), hasCode('INVALID_METRIC'))
  assert.throws(() => createSlices(options).update(['A'], of(0, 0, 0)), hasCode('INVALID_PARAMETER'))
})
