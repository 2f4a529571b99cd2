import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { aucInterval } from './auc-interval.ts'
import { classificationScores } from './classification-scores.ts'

const sample = (rows: number, seed: number, steps = Infinity) => {
  const random = createRandom(seed)
  const labels = Float64Array.from({ length: rows }, () => (random.next() < 0.3 ? 1 : 0))
  const scores = labels.map(label => {
    const score = 1 / (1 + Math.exp(1 - 2 * label - random.normal()))
    return steps === Infinity ? score : Math.round(score * steps) / steps
  })
  return { labels, scores }
}

const isNumberOrNull = (value: number | null) => value === null || Number.isFinite(value)

test('ROC AUC is the share of pairs in which the positive scores higher, ties counted half', () => {
  for (const steps of [5, 20, Infinity]) {
    const { labels, scores } = sample(200, 1, steps)
    let won = 0
    let pairs = 0
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 200; j++) {
        if (labels[i] !== 1 || labels[j] !== 0) continue
        pairs++
        won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0
      }
    }
    const { rocAuc } = classificationScores({ labels, scores, threshold: 0.5 })
    assert.ok(Math.abs((rocAuc as number) - won / pairs) < 1e-12)
  }
})

test('a weight of 2 counts like the row twice, 0 like none', () => {
  const { labels, scores } = sample(120, 2, 10)
  const random = createRandom(3)
  const weights = Float64Array.from(labels, () => random.below(3))
  const repeat = (values: Float64Array) =>
    Float64Array.from([...values].flatMap((value, row) => new Array<number>(weights[row]).fill(value)))
  const weighted = classificationScores({ labels, scores, weights, threshold: 0.5 })
  const repeated = classificationScores({ labels: repeat(labels), scores: repeat(scores), threshold: 0.5 })
  for (const [name, value] of Object.entries(repeated)) {
    assert.ok(Math.abs((weighted[name as keyof typeof weighted] as number) - value) < 1e-12, name)
  }
})

test('without rows every score is null', () => {
  const scores = classificationScores({ labels: [], scores: [], threshold: 0.5 })
  assert.ok(Object.values(scores).every(value => value === null))
})

test('with one class, scores that need both are null and none is NaN', () => {
  for (const label of [0, 1]) {
    const labels = new Float64Array(10).fill(label)
    const scores = Float64Array.from({ length: 10 }, (_, i) => i / 10)
    const result = classificationScores({ labels, scores, threshold: 0.5 })
    for (const name of ['rocAuc', 'mcc', 'cohenKappa', 'balancedAccuracy', 'd2LogLoss', 'd2Brier'] as const) {
      assert.equal(result[name], null, name)
    }
    assert.equal(result.recall, label === 1 ? 0.5 : null)
    assert.equal(result.averagePrecision, label === 1 ? 1 : null)
    assert.equal(result.accuracy, 0.5)
    assert.ok(Object.values(result).every(isNumberOrNull))
  }
})

test('flagging nothing gives a precision of 0, and certain mistakes a finite log loss', () => {
  const result = classificationScores({ labels: [0, 1], scores: [1, 0], threshold: 1.1 })
  assert.equal(result.precision, 0)
  assert.equal(result.mcc, 0)
  assert.ok((result.logLoss as number) > 30 && Number.isFinite(result.logLoss))
})

test('scores that are no probabilities are ranked all the same, without losses', () => {
  const result = classificationScores({ labels: [0, 1, 1], scores: [-3, 2, 8], threshold: 0 })
  assert.equal(result.rocAuc, 1)
  assert.equal(result.logLoss, null)
})

test('labels, scores and weights that cannot be meant are refused', () => {
  const wrong = [
    { labels: [0, 1], scores: [0.5] },
    { labels: [0, 2], scores: [0.5, 0.5] },
    { labels: [0, 1], scores: [0.5, NaN] },
    { labels: [0, 1], scores: [0.5, 0.5], weights: [1, -1] },
  ]
  for (const rows of wrong) {
    assert.throws(() => classificationScores({ ...rows, threshold: 0.5 }), { code: 'INVALID_DATA' })
  }
})

test("DeLong's interval holds the AUC of the population 95 times of 100", () => {
  let held = 0
  const truth = classificationScores({ ...sample(60_000, 99), threshold: 0.5 }).rocAuc as number
  for (let seed = 0; seed < 200; seed++) {
    const { low, high } = aucInterval(sample(300, seed + 100)) as { low: number; high: number }
    if (low <= truth && truth <= high) held++
  }
  assert.ok(held >= 180 && held < 200, `${held} of 200`)
})

test("DeLong's interval is not given for a few rows of a class, nor without any variance", () => {
  const rows = (positives: number, best: number) => ({
    labels: Array.from({ length: positives + 9 }, (_, row) => Number(row < positives)),
    scores: Array.from({ length: positives + 9 }, (_, row) =>
      row === 0 ? best : row < positives ? 20 : row,
    ),
  })
  assert.equal(aucInterval(rows(4, 5.5)), null)
  assert.notEqual(aucInterval(rows(5, 5.5)), null)
  assert.equal(aucInterval(rows(5, 20)), null)
})
