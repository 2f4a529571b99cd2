import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createWeightedNaiveBayes } from './weighted-naive-bayes.ts'
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
