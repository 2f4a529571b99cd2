import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import type { Column } from './learner.ts'
import { createWeightedNaiveBayes, loadWeightedNaiveBayes } from './weighted-naive-bayes.ts'
import { mixedColumns, rareClass } from './test-streams.ts'

function logLoss(probability: number, label: 0 | 1): number {
  return -Math.log(label === 1 ? probability : 1 - probability)
}

test('its log loss comes close to the exact posterior on a rare class', () => {
  const model = createWeightedNaiveBayes({ columns: mixedColumns })
  let loss = 0
  let exact = 0
  rareClass(30_000, 'loss').forEach(({ row, label }, i) => {
    const probability = model.predict(row)
    model.learn(row, label)
    if (i < 5000) return
    loss += logLoss(probability, label)
    exact += logLoss(posterior(row), label)
  })
  assert.ok(loss < 1.08 * exact, `${loss} against ${exact}.`)
})

test('probabilities are calibrated: of events given about p, about p are positive', () => {
  const model = createWeightedNaiveBayes({ columns: mixedColumns })
  const given = new Float64Array(5)
  const happened = new Float64Array(5)
  rareClass(40_000, 'calibration').forEach(({ row, label }, i) => {
    const probability = model.predict(row)
    model.learn(row, label)
    if (i < 10_000) return
    given[Math.floor(5 * probability)] += probability
    happened[Math.floor(5 * probability)] += label
  })
  for (let bin = 0; bin < 5; bin++) {
    assert.ok(
      Math.abs(given[bin] - happened[bin]) < 4 * Math.sqrt(given[bin]) + 0.1 * given[bin],
      `bin ${bin}`,
    )
  }
})

test('a column of any unit tells as much', () => {
  for (const unit of [1e-6, 1, 1e6]) {
    const model = createWeightedNaiveBayes({ columns: [{ name: 'x', kind: 'numeric' }] })
    const random = createRandom('unit')
    let right = 0
    for (let i = 0; i < 4000; i++) {
      const label = random.next() < 0.5 ? 1 : 0
      const row = Float64Array.of(unit * (random.normal() - 2 + 4 * label))
      if (i >= 1000) right += Number(model.predict(row) > 0.5 === (label === 1))
      model.learn(row, label)
    }
    assert.ok(right > 0.96 * 3000, `${right} of 3000 at unit ${unit}.`)
  }
})

test('an unseen category says nothing for or against', () => {
  const model = createWeightedNaiveBayes({ columns: [{ name: 'kind', kind: 'nominal' }] })
  for (let i = 0; i < 300; i++) model.learn(Float64Array.of(i % 3), i % 3 === 0 ? 1 : 0)
  const [seen0, seen1, unseen] = [0, 1, 77].map(kind => model.predict(Float64Array.of(kind)))
  assert.ok(seen0 > 0.9 && seen1 < 0.1)
  assert.ok(unseen > 0.2 && unseen < 0.8, `${unseen}`)
})

test('memory is bounded, however many categories there are', () => {
  const model = createWeightedNaiveBayes({
    columns: [{ name: 'id', kind: 'nominal' }],
    params: { maxBins: 256 },
  })
  for (let i = 0; i < 5000; i++) model.learn(Float64Array.of(i), 0)
  assert.ok(model.sizeBytes() < 2 * 256 * 2 * 8)
})

/** Class 1 given the law of `rareClass`; size is log-normal with its logarithm shifted by 2. */
function posterior(row: Float64Array): number {
  const z = Math.log(row[0])
  let odds = (0.05 / 0.95) * Math.exp((z ** 2 - (z - 2) ** 2) / 2)
  odds *= row[2] === 0 ? 6 : 0.4 / 0.9
  odds *= row[3] < 0 ? 30 : 0.7 / 0.99
  return odds / (1 + odds)
}

test('explanations add up to the log-odds, also where the log-odds are clamped', () => {
  const model = createWeightedNaiveBayes({ columns: mixedColumns })
  const out = new Float64Array(mixedColumns.length)
  const sure = Float64Array.of(1e6, 0, 0, -1, 3)
  rareClass(3000, 'explain').forEach(({ row, label }, i) => {
    model.learn(row, label)
    if (i > 1000) model.learn(sure, 1)
    for (const probe of [row, sure]) {
      const p = model.predict(probe)
      const base = model.explain?.(probe, out) ?? Number.NaN
      const sum = out.reduce((a, b) => a + b, base)
      assert.ok(Math.abs(sum - Math.log(p / (1 - p))) < 1e-9, `${sum} at ${p}`)
    }
  })
})

test('unlearning takes back exactly what was counted, and never more', () => {
  const [model, other] = [1, 2].map(() =>
    createWeightedNaiveBayes({ columns: mixedColumns, params: { rate: 0 } }),
  )
  const stream = rareClass(600, 'unlearn')
  for (const { row, label } of stream) {
    model.learn(row, label, 2)
    other.learn(row, label, 2)
    other.learn(row, label === 1 ? 0 : 1, 3)
    other.unlearn?.(row, label === 1 ? 0 : 1, 3)
  }
  for (const { row } of stream) assert.equal(other.predict(row), model.predict(row))
  for (const { row, label } of stream) for (let i = 0; i < 5; i++) other.unlearn?.(row, label, 2)
  assert.equal(
    other.predict(stream[0].row),
    createWeightedNaiveBayes({ columns: mixedColumns }).predict(stream[0].row),
  )
})

test('a category seen for the first time is no sign of the rarer class', () => {
  const model = createWeightedNaiveBayes({
    columns: [{ name: 'hour', kind: 'nominal' }],
    params: { rate: 0 },
  })
  for (let i = 0; i < 2000; i++) model.learn(Float64Array.of(i % 4), i % 100 === 0 ? 1 : 0)
  const seldom = model.predict(Float64Array.of(9))
  assert.ok(Math.abs(seldom - 0.01) < 0.001, `${seldom}`)
  model.learn(Float64Array.of(9), 0)
  assert.ok(model.predict(Float64Array.of(9)) <= seldom)
})

test('weights that are no weights are refused, and weight 0 teaches nothing', () => {
  const model = createWeightedNaiveBayes({ columns: mixedColumns })
  const [{ row }] = rareClass(1, 'weights')
  for (const weight of [-1, Number.NaN, Infinity, -Infinity, 1e300]) {
    assert.throws(() => model.learn(row, 1, weight), { code: 'INVALID_WEIGHT' })
    assert.throws(() => model.unlearn?.(row, 1, weight), { code: 'INVALID_WEIGHT' })
  }
  const before = model.predict(row)
  model.learn(row, 1, 0)
  assert.equal(model.predict(row), before)
  assert.equal(model.updates, 0)
})

test('it stays within maxBytes, and refuses one that is too small for its columns', () => {
  const columns: Column[] = [...mixedColumns, { name: 'id', kind: 'nominal' }]
  const model = createWeightedNaiveBayes({ columns, maxBytes: 150_000, params: { maxBins: 100_000 } })
  for (let i = 0; i < 4000; i++) model.learn(Float64Array.of(i, i, i, i, i, i), i % 7 === 0 ? 1 : 0)
  assert.ok(model.sizeBytes() <= 150_000, `${model.sizeBytes()}`)
  assert.throws(() => createWeightedNaiveBayes({ columns, maxBytes: 50_000 }), { code: 'INVALID_PARAMETER' })
})

test('a state of version 0.4 loads and continues', () => {
  // What version 0.4 wrote: parameters, weights, squares, totals, then the bins of each column.
  const out = createStateWriter()
  for (const value of [0.05, 30, 10, 0.1, 4096]) out.f64(value)
  out.f64s(Float64Array.of(0.8, 0.1))
  out.f64s(Float64Array.of(6, 5))
  out.f64s(Float64Array.of(900, 100, 1000))
  out.f64s(Float64Array.of(0, 0, 800, 10, 100, 90, 0, 0))
  const input = createStateReader(out.finish())
  const model = loadWeightedNaiveBayes(input, [{ name: 'kind', kind: 'nominal' }])
  input.end()
  const [low, high] = [0, 1].map(kind => model.predict(Float64Array.of(kind)))
  assert.ok(low < 0.05 && high > 0.3, `${low}, ${high}`)
  assert.equal(model.updates, 1000)
  model.learn(Float64Array.of(7), 1)
  assert.equal(model.updates, 1001)
})
