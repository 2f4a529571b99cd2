import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { predictionError } from './prediction-error.ts'
import { regressionScores } from './regression-scores.ts'
import { residuals } from './residuals.ts'

const random = createRandom(11)
const labels = Float64Array.from({ length: 3000 }, () => 600 + 100 * random.normal())
const predictions = labels.map(label => label + 20 * random.normal())

test('perfect predictions have no error and explain everything', () => {
  const scores = regressionScores({ labels, predictions: labels })
  assert.deepEqual([scores.mae, scores.rmse, scores.maxError, scores.mape], [0, 0, 0, 0])
  assert.deepEqual([scores.r2, scores.explainedVariance, scores.d2AbsoluteError], [1, 1, 1])
})

test('a weight of 2 counts like the row twice', () => {
  const weights = Float64Array.from(labels, () => 1 + random.below(2))
  const repeat = (values: Float64Array) =>
    Float64Array.from([...values].flatMap((value, row) => new Array<number>(weights[row]).fill(value)))
  const weighted = regressionScores({ labels, predictions, weights })
  const repeated = regressionScores({ labels: repeat(labels), predictions: repeat(predictions) })
  for (const name of ['mae', 'mse', 'r2', 'mape', 'smape', 'explainedVariance', 'd2AbsoluteError'] as const) {
    assert.ok(Math.abs((weighted[name] as number) - (repeated[name] as number)) < 1e-9, name)
  }
})

test('what is not defined is null: no rows, one row, equal labels, labels of zero', () => {
  assert.ok(Object.values(regressionScores({ labels: [], predictions: [] })).every(value => value === null))
  const one = regressionScores({ labels: [5], predictions: [4] })
  assert.deepEqual([one.mae, one.r2, one.d2AbsoluteError], [1, null, null])
  const equal = regressionScores({ labels: [0.1, 0.1, 0.1], predictions: [0.1, 0.2, 0.1] })
  assert.deepEqual([equal.r2, equal.explainedVariance, equal.d2AbsoluteError], [null, null, null])
  const zeros = regressionScores({ labels: [0, 0], predictions: [0, 1] })
  assert.deepEqual([zeros.mape, zeros.smape], [null, 100])
})

test('values that are not finite are refused', () => {
  assert.throws(() => regressionScores({ labels: [1, NaN], predictions: [1, 1] }), { code: 'INVALID_DATA' })
  assert.throws(() => regressionScores({ labels: [1], predictions: [1, 1] }), { code: 'INVALID_DATA' })
})

test('residual points are drawn from both parts, bins are shared, all rows are counted', () => {
  const chart = residuals({ test: { labels, predictions }, train: { labels, predictions: labels } })
  const ofSplit = (split: string) => chart.points.filter(point => point.split === split).length
  assert.deepEqual([ofSplit('train'), ofSplit('test')], [1000, 1000])
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  assert.deepEqual([sum(chart.hist.train), sum(chart.hist.test)], [3000, 3000])
  assert.equal(chart.hist.edges.length, 31)
  assert.ok(Math.abs((chart.qq.slope as number) - 20) < 1.5)
  assert.ok((chart.qq.theoretical[0] as number) < -3 && chart.qq.theoretical.length <= 2000)
  assert.deepEqual(residuals({ test: { labels: [], predictions: [] } }).points, [])
})

test('the line of best fit is that of the predictions on the labels', () => {
  const { bestFit, identity, points } = predictionError({ labels, predictions: labels.map(y => 3 + y / 2) })
  assert.ok(Math.abs((bestFit?.slope as number) - 0.5) < 1e-12)
  assert.ok(Math.abs((bestFit?.intercept as number) - 3) < 1e-9)
  assert.ok((identity?.min as number) < (identity?.max as number))
  assert.equal(points.length, 2000)
  assert.equal(predictionError({ labels: [], predictions: [] }).identity, null)
})
