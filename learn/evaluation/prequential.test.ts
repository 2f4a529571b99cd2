import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../math/random.ts'
import { createMetricSet, type MetricValue } from '../metrics/metric-set.ts'
import type { BinaryClassifier, Regressor, Row } from '../online/learner.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createEventTimeBuckets } from './event-time-buckets.ts'
import { insampleMetrics } from './insample-metrics.ts'
import {
  createPrequential,
  loadPrequential,
  type Prequential,
  type PrequentialOptions,
} from './prequential.ts'

const METRICS = ['recall', 'precision', 'fbeta2', 'mcc', 'rocAuc', 'logLoss', 'brierScore', 'microF1']

/** Learns nothing, so that what it would have said offline is what it says online; writes down what it was taught. */
function mute(): BinaryClassifier & { lessons: string[] } {
  const lessons: string[] = []
  return {
    name: 'mute',
    task: 'classification',
    parameters: {},
    updates: 0,
    lessons,
    predict: ([x]) => x,
    learn: ([x], label) => void lessons.push(`learn ${x} ${label}`),
    unlearn: ([x], label) => void lessons.push(`unlearn ${x} ${label}`),
    sizeBytes: () => 0,
    save() {},
  }
}

const rowOf = (x: number): Row => Float64Array.of(x)

function expectClose(actual: readonly MetricValue[], wanted: readonly MetricValue[]): void {
  actual.forEach(({ name, value, n }, i) => {
    assert.equal(n, wanted[i].n, name)
    if (value === null || wanted[i].value === null) assert.equal(value, wanted[i].value, name)
    else assert.ok(Math.abs(value - wanted[i].value) <= 1e-9, `${name}: ${value}, ${wanted[i].value}`)
  })
}

function reloaded(evaluation: Prequential, options: PrequentialOptions): Prequential {
  const out = createStateWriter()
  evaluation.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadPrequential(input, options)
  input.end()
  return loaded
}

test('delayed, dropped, duplicate and corrected labels in any order leave what offline recomputation finds', () => {
  const draw = fc.record({ events: fc.integer({ min: 1, max: 120 }), seed: fc.nat() })
  fc.assert(
    fc.property(draw, ({ events, seed }) => {
      const random = createRandom(seed)
      const options = { model: mute(), metrics: METRICS }
      let evaluation = createPrequential(options)
      const scores = Array.from({ length: events }, () => random.next())
      /** Per event: its labels with the times they were given; none for one that is never labelled. */
      const labels = scores.map(() =>
        Array.from({ length: random.below(4) }, (_, i) => ({
          value: random.below(2),
          atMs: 1000 + 10 * i + random.below(3),
        })),
      )
      const deliveries = labels.flatMap((given, event) =>
        given.flatMap(label => Array.from({ length: 1 + random.below(2) }, () => ({ event, ...label }))),
      )
      for (let i = deliveries.length - 1; i > 0; i--) {
        const j = random.below(i + 1)
        ;[deliveries[i], deliveries[j]] = [deliveries[j], deliveries[i]]
      }
      scores.forEach((score, i) => void evaluation.observe({ id: `${i}`, row: rowOf(score), timeMs: i }))
      for (const { event, value, atMs } of deliveries) {
        evaluation.label(`${event}`, value, atMs)
        if (random.below(20) === 0) evaluation = reloaded(evaluation, options)
      }
      const offline = createMetricSet(METRICS, { task: 'classification' })
      scores.forEach((score, i) => {
        const last = labels[i].at(-1)
        if (last) offline.update({ label: last.value === 1 ? 1 : 0, score, flagged: score >= 0.5, timeMs: i })
      })
      expectClose(evaluation.snapshot(), offline.snapshot())
      const labelled = labels.filter(({ length }) => length > 0).length
      assert.equal(evaluation.counts().labelled, labelled)
      assert.equal(evaluation.counts().pending, events - labelled)
    }),
    { numRuns: 60 },
  )
})

test('the stored prediction is scored, and only then the model learns', () => {
  const row = rowOf(0)
  let taught = 0
  const model = { ...mute(), predict: () => (taught > 0 ? 1 : 0.25), learn: () => void (taught += 1) }
  const evaluation = createPrequential({ model, metrics: ['brierScore'] })
  assert.deepEqual(evaluation.observe({ id: 'a', row, timeMs: 0 }), { score: 0.25, flagged: false })
  evaluation.observe({ id: 'b', row, timeMs: 1 })
  assert.equal(evaluation.label('a', 1, 2), 'SCORED')
  assert.equal(taught, 1)
  assert.equal(evaluation.label('b', 1, 3), 'SCORED')
  assert.equal(evaluation.snapshot()[0].value, 0.75 ** 2)
  assert.deepEqual(evaluation.observe({ id: 'a', row, timeMs: 4 }), { score: 0.25, flagged: false })
  assert.equal(evaluation.counts().observed, 2)
})

test('every outcome of a label is told apart, and corrections are unlearned', () => {
  const model = mute()
  const evaluation = createPrequential({ model, metrics: ['recall'], ttlMs: 1000 })
  const row = rowOf(0.75)
  evaluation.observe({ id: 'a', row, timeMs: 0 })
  row[0] = 0
  assert.equal(evaluation.label('nobody', 1, 5), 'UNKNOWN')
  assert.equal(evaluation.label('a', 0, 10), 'SCORED')
  assert.equal(evaluation.label('a', 0, 11), 'DUPLICATE')
  assert.equal(evaluation.label('a', 1, 5), 'DUPLICATE')
  assert.equal(evaluation.label('a', 1, 20), 'CORRECTED')
  assert.deepEqual(model.lessons, ['learn 0.75 0', 'unlearn 0.75 0', 'learn 0.75 1'])
  evaluation.advance(1000)
  assert.equal(evaluation.label('a', 0, 1001), 'EXPIRED')
  assert.equal(evaluation.snapshot()[0].value, 1)
  for (const value of [Number.NaN, 2, Infinity]) {
    assert.throws(
      () => evaluation.label('a', value, 0),
      (error: Error & { code?: string }) => error.code === 'INVALID_LABEL',
    )
  }
})

test('what has no label is negative only after its maturity, and a later label corrects it', () => {
  const model = mute()
  const waiting = createPrequential({ model, metrics: ['accuracy'] })
  const maturing = createPrequential({ model, metrics: ['accuracy'], maturityMs: 1000 })
  for (const evaluation of [waiting, maturing]) {
    for (const id of ['a', 'b', 'c']) evaluation.observe({ id, row: rowOf(0.9), timeMs: 0 })
    evaluation.advance(999)
    assert.equal(evaluation.counts().labelled, 0)
    evaluation.advance(86_400_000)
  }
  assert.equal(waiting.counts().pending, 3)
  assert.deepEqual([maturing.counts().assumed, maturing.snapshot()[0].value], [3, 0])
  assert.equal(maturing.label('a', 1, 86_400_001), 'CORRECTED')
  assert.equal(maturing.label('b', 0, 86_400_001), 'SCORED')
  const { assumed, labelled, corrected } = reloaded(maturing, { model, metrics: [] }).counts()
  assert.deepEqual({ assumed, labelled, corrected }, { assumed: 1, labelled: 3, corrected: 1 })
  assert.equal(maturing.snapshot()[0].value, 1 / 3)
})

test('the store is bounded: the oldest predictions go first', () => {
  const evaluation = createPrequential({ model: mute(), metrics: ['recall'], capacity: 10 })
  for (let i = 0; i < 25; i++) evaluation.observe({ id: `${i}`, row: rowOf(0), timeMs: i })
  assert.equal(evaluation.label('14', 1, 25), 'EXPIRED')
  assert.equal(evaluation.label('2', 1, 25), 'UNKNOWN')
  assert.equal(evaluation.label('15', 1, 25), 'SCORED')
  const { dropped, pending, expired, unknown } = evaluation.counts()
  assert.deepEqual(
    { dropped, pending, expired, unknown },
    { dropped: 15, pending: 9, expired: 1, unknown: 1 },
  )
})

test('outcomes reach the buckets of their events', () => {
  const buckets = createEventTimeBuckets({
    bucketMs: 10,
    keep: 5,
    metrics: ['accuracy'],
    task: 'classification',
  })
  const evaluation = createPrequential({ model: mute(), metrics: ['accuracy'], buckets })
  for (let i = 0; i < 20; i++) evaluation.observe({ id: `${i}`, row: rowOf(1), timeMs: i })
  for (let i = 19; i >= 10; i--) evaluation.label(`${i}`, 0, 30)
  evaluation.label('12', 1, 31)
  const [first, second] = buckets.snapshot()
  assert.deepEqual([first.coverage, second.coverage, second.metrics[0].value], [0, 1, 0.1])
})

test('the interval that was given with a prediction is scored, then its estimator learns', () => {
  const model: Regressor = { ...mute(), task: 'regression', learn() {} }
  let halfWidth = 1
  const intervals = {
    level: 0.9,
    interval(_: Row, prediction: number, out: Float64Array) {
      out[0] = prediction - halfWidth
      out[1] = prediction + halfWidth
    },
    update: () => void (halfWidth = 100),
  }
  const options = { model, metrics: ['intervalCoverage', 'intervalWidth', 'winklerScore'], intervals }
  let evaluation = createPrequential(options)
  for (const id of ['a', 'b']) evaluation.observe({ id, row: rowOf(5), timeMs: 0 })
  evaluation = reloaded(evaluation, options)
  evaluation.label('a', 5.5, 1)
  evaluation.label('b', 7, 1)
  assert.deepEqual(
    evaluation.snapshot().map(({ value }) => Math.round((value ?? 0) * 1e9) / 1e9),
    [0.5, 2, (2 + 2 + 20) / 2],
  )
  assert.equal(halfWidth, 100)
})

test('the in-sample number of a model that remembers is perfect, and the prequential one is not', () => {
  const remembering = (): Regressor => {
    const seen = new Map<number, number>()
    return {
      name: 'remembering',
      task: 'regression',
      parameters: {},
      updates: 0,
      predict: ([x]) => seen.get(x) ?? 0,
      learn: ([x], target) => void seen.set(x, target),
      sizeBytes: () => 0,
      save() {},
    }
  }
  const events = Array.from({ length: 10 }, (_, i) => ({ row: rowOf(i), label: 5, timeMs: i }))
  const [insample] = insampleMetrics({ model: remembering(), events, metrics: ['mae'] })
  const honest = createPrequential({ model: remembering(), metrics: ['mae'] })
  for (const [i, { row, label, timeMs }] of events.entries()) {
    honest.observe({ id: `${i}`, row, timeMs })
    honest.label(`${i}`, label, timeMs)
  }
  assert.deepEqual([insample.value, honest.snapshot()[0].value], [0, 5])
})
