import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classificationScores } from '../batch/evaluation/classification-scores.ts'
import { regressionScores } from '../batch/evaluation/regression-scores.ts'
import { batchMetricNames, batchMetrics, primaryMetric } from './batch-catalogue.ts'
import { metricCatalogue } from './catalogue.ts'
import { metricInfoOf } from './metric-info-of.ts'

const sorted = (names: readonly string[]) => names.toSorted()

test('the catalogue holds exactly the scores that are computed', () => {
  const classification = classificationScores({ labels: [0, 1], scores: [0.1, 0.9], threshold: 0.5 })
  assert.deepEqual(sorted(batchMetricNames('classification')), sorted(Object.keys(classification)))
  const regression = regressionScores({ labels: [1, 2], predictions: [1, 2] })
  assert.deepEqual(sorted(batchMetricNames('regression')), sorted(Object.keys(regression)))
})

test('perfect predictions reach the better end of every range', () => {
  const scores = {
    ...classificationScores({ labels: [0, 0, 1, 1], scores: [0, 0, 1, 1], threshold: 0.5 }),
    ...regressionScores({ labels: [1, 2, 4], predictions: [1, 2, 4] }),
  }
  for (const [name, value] of Object.entries(scores)) {
    const { direction, min, max } = batchMetrics[name as keyof typeof scores]
    const wanted = (direction === 'HIGHER_IS_BETTER' ? max : min) as number
    assert.ok(Math.abs((value as number) - wanted) < 1e-12, `${name}: ${value}`)
  }
})

test('models are compared by the highest F2, the lowest mean absolute error, the highest silhouette', () => {
  assert.deepEqual(primaryMetric('classification'), { name: 'fbeta2', direction: 'HIGHER_IS_BETTER' })
  assert.deepEqual(primaryMetric('regression'), { name: 'mae', direction: 'LOWER_IS_BETTER' })
  assert.deepEqual(primaryMetric('clustering'), { name: 'silhouette', direction: 'HIGHER_IS_BETTER' })
  for (const task of ['classification', 'regression', 'clustering'] as const) {
    assert.equal(batchMetricNames(task)[0], primaryMetric(task).name)
  }
})

test('a name that is known online as well has the same title, direction, task and unit there', () => {
  const shared = Object.keys(batchMetrics).filter(name => Object.hasOwn(metricCatalogue, name))
  assert.ok(shared.length > 10)
  for (const name of shared) {
    const { title, direction, task, unit } = batchMetrics[name as keyof typeof batchMetrics]
    const online = metricCatalogue[name as keyof typeof metricCatalogue]
    assert.deepEqual(
      { title, direction, task, unit },
      {
        title: online.title,
        direction: online.direction,
        task: online.task,
        unit: online.unit,
      },
    )
  }
})

test('a metric is known by its tracked name, also on the validation part; a stranger is not', () => {
  assert.equal(metricInfoOf('averagePrecision')?.direction, 'HIGHER_IS_BETTER')
  assert.equal(metricInfoOf('validation.mae')?.title, 'Mean absolute error on validation')
  assert.equal(metricInfoOf('validation.mae')?.direction, 'LOWER_IS_BETTER')
  assert.equal(metricInfoOf('rollingMae')?.window, 'last 1000')
  for (const name of ['loss', 'validation.loss', 'validation.', 'constructor', '__proto__']) {
    assert.equal(metricInfoOf(name), null, name)
  }
})

test('every formula is balanced LaTeX, every description a sentence', () => {
  for (const [name, { formula, description, docsUrl }] of Object.entries(batchMetrics)) {
    assert.equal(formula.split('{').length, formula.split('}').length, name)
    assert.match(description, /^[A-Z].*\.$/, name)
    assert.ok(docsUrl === null || docsUrl.startsWith('https://'), name)
  }
})
