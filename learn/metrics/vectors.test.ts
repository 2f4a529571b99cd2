import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createConfusionCounter } from './confusion-matrix.ts'
import { confusionMetrics } from './confusion-metrics.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { ClassificationObservation, Metric, RegressionObservation } from './metric.ts'
import { regressionMetrics } from './regression-metrics.ts'
import { createRollingMean } from './rolling-mean.ts'
import { createRollingRocAuc } from './rolling-roc-auc.ts'
import { scoreMetrics } from './score-metrics.ts'
import { createRiverSilhouette } from './silhouette.ts'

// Values of River 0.26.1 at checkpoints; `n` is the number of rows learned.
const folder = new URL('../vectors/', import.meta.url)
const files = readdirSync(folder)
const load = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

function close(actual: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - wanted) <= tolerance * Math.max(1, Math.abs(wanted)),
    `${what}: ${actual}, wanted ${wanted}.`,
  )
}

const decisions = {
  Recall: 'recall',
  Precision: 'precision',
  F1: 'f1',
  FBeta2: 'fbeta2',
  Accuracy: 'accuracy',
  BalancedAccuracy: 'balancedAccuracy',
  MCC: 'mcc',
  GeometricMean: 'geometricMean',
  CohenKappa: 'cohenKappa',
  Jaccard: 'jaccard',
} as const

for (const file of files.filter(name => name.startsWith('metrics_classification'))) {
  test(`${file}: classification metrics equal River's`, () => {
    const { y_true, y_pred, p1, checkpoints } = load(file)
    const counter = createConfusionCounter()
    const scores: Record<string, Metric<ClassificationObservation>> = {
      ROCAUC50: scoreMetrics.rocAuc(),
      LogLoss: scoreMetrics.logLoss(),
      RollingROCAUC5000: scoreMetrics.rollingRocAuc(),
      RollingROCAUC100: createRollingRocAuc(100),
    }
    let row = 0
    for (const { n, values } of checkpoints) {
      for (; row < n; row++) {
        const observation = { label: y_true[row], score: p1[row], flagged: y_pred[row] === 1, timeMs: row }
        counter.add(observation.label, observation.flagged)
        for (const metric of Object.values(scores)) metric.update(observation)
      }
      const counts = counter.counts()
      const { tn, fp, fn, tp } = values.cm
      assert.deepEqual(counts, {
        trueNegatives: tn,
        falsePositives: fp,
        falseNegatives: fn,
        truePositives: tp,
      })
      for (const [river, ours] of Object.entries(decisions)) {
        close(confusionMetrics[ours](counts), values[river], 1e-9, `${river} after ${n}`)
      }
      for (const [river, metric] of Object.entries(scores)) {
        // River breaks ties between scores in another way, so its rolling AUC differs in the third digit.
        close(metric.value(), values[river], river.startsWith('Rolling') ? 2e-3 : 1e-9, `${river} after ${n}`)
      }
    }
  })
}

for (const file of files.filter(name => name.startsWith('metrics_regression'))) {
  test(`${file}: regression metrics equal River's, late events included`, () => {
    const { y_true, y_pred, t, checkpoints } = load(file)
    const rolling = (finish?: (mean: number) => number, power = 1) =>
      createMeanMetric<RegressionObservation>(
        createRollingMean(100),
        ({ label, score }) => Math.abs(label - score) ** power,
        finish,
      )
    const metrics: Record<string, Metric<RegressionObservation>> = {
      MAE: regressionMetrics.mae(),
      RMSE: regressionMetrics.rmse(),
      MAPE: regressionMetrics.mape(),
      R2: regressionMetrics.r2(),
      SMAPE: regressionMetrics.smape(),
      MSE: regressionMetrics.mse(),
      RMSLE: regressionMetrics.rmsle(),
      RollingMAE100: rolling(),
      RollingRMSE100: rolling(Math.sqrt, 2),
      TimeRollingMAE5min: regressionMetrics.timeRollingMae(),
    }
    let row = 0
    for (const { n, values } of checkpoints) {
      for (; row < n; row++) {
        const observation = { label: y_true[row], score: y_pred[row], timeMs: 1000 * t[row] }
        for (const metric of Object.values(metrics)) metric.update(observation)
      }
      for (const [name, metric] of Object.entries(metrics))
        close(metric.value(), values[name], 1e-9, `${name} after ${n}`)
    }
  })
}

for (const file of files.filter(name => name.startsWith('silhouette'))) {
  test(`${file}: riverSilhouette equals River's`, () => {
    const { steps, checkpoints, empty } = load(file)
    const metric = createRiverSilhouette()
    assert.equal(metric.value(), Number(empty))
    let row = 0
    for (const { n, value } of checkpoints) {
      for (; row < n; row++) {
        const { x, label, centers } = steps[row]
        const ids = Object.keys(centers)
        const distances = Float64Array.from(ids, id =>
          Math.hypot(...Object.keys(centers[id]).map(key => (x[key] ?? 0) - centers[id][key])),
        )
        metric.update({
          distances,
          own: ids.indexOf(String(label)),
          timeMs: row,
          clusters: 0,
          microClusters: 0,
        })
      }
      close(metric.value(), value, 1e-9, `silhouette after ${n}`)
    }
  })
}

test('a mean of nothing is 0, as in River', () => assert.equal(createMean().get(), 0))
