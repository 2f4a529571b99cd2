import { createConfusionCounter } from '../metrics/confusion-matrix.ts'
import { confusionMetrics } from '../metrics/confusion-metrics.ts'
import { riverRocAuc } from '../metrics/exact-auc.ts'
import { createMean } from '../metrics/mean.ts'
import { createMeanMetric } from '../metrics/mean-metric.ts'
import type { ClassificationObservation, Metric } from '../metrics/metric.ts'
import { createMulticlassSet } from '../metrics/multiclass-set.ts'
import { multiclassMetrics, riverMcc } from '../metrics/multiclass-metrics.ts'
import { riverPrAuc } from '../metrics/precision-recall.ts'
import { createRocAuc } from '../metrics/roc-auc.ts'
import { createRollingMean } from '../metrics/rolling-mean.ts'
import { ScoreWindow } from '../metrics/score-window.ts'
import { scoreMetrics } from '../metrics/score-metrics.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

const TOLERANCE = 1e-9

/** Our names for River's. */
const DECISIONS = {
  Recall: 'recall',
  Precision: 'precision',
  F1: 'f1',
  FBeta2: 'fbeta2',
  'FBeta0.5': 'fbetaHalf',
  Accuracy: 'accuracy',
  BalancedAccuracy: 'balancedAccuracy',
  MCC: 'mcc',
  GeometricMean: 'geometricMean',
  CohenKappa: 'cohenKappa',
  Jaccard: 'jaccard',
  MacroF1: 'macroF1',
  MicroF1: 'microF1',
  WeightedF1: 'weightedF1',
  MacroPrecision: 'macroPrecision',
  MacroRecall: 'macroRecall',
  WeightedPrecision: 'weightedPrecision',
  WeightedRecall: 'weightedRecall',
} as const

interface MetricVectors {
  y_true: (0 | 1)[]
  y_pred: (0 | 1)[]
  p1: number[]
  checkpoints: { n: number; values: Record<string, number> & { cm: Record<string, number> } }[]
}

/** Classification metrics against River's, by two ways where there are two: as two classes, and as any number of them. */
export const verifyMetricsClassification: VectorVerifier = ({ bytes }) => {
  const { y_true, y_pred, p1, checkpoints } = jsonOf<MetricVectors>(bytes)
  const comparison = createComparison()
  const counter = createConfusionCounter()
  const multiclass = createMulticlassSet()
  const streamed: Record<string, Metric<ClassificationObservation>> = {
    ROCAUC50: createRocAuc(),
    ROCAUC10: createRocAuc(undefined, 10),
    LogLoss: scoreMetrics.logLoss(),
    CrossEntropy: createMeanMetric(createMean(), ({ label, score }) =>
      crossEntropy([1 - score, score][label]),
    ),
    RollingAccuracy50: createMeanMetric(createRollingMean(50), ({ label, flagged }) =>
      Number(flagged === (label === 1)),
    ),
  }
  const windows = { 100: new ScoreWindow(100), 5000: new ScoreWindow(5000) }

  let row = 0
  for (const { n, values } of checkpoints) {
    for (; row < n; row++) {
      const [label, decision, score] = [y_true[row], y_pred[row], p1[row]]
      const observation = { label, score, flagged: decision === 1, timeMs: row }
      counter.add(label, decision === 1)
      multiclass.update({ label, decision, probabilities: Float64Array.of(1 - score, score), timeMs: row })
      for (const metric of Object.values(streamed)) metric.update(observation)
      for (const window of Object.values(windows)) window.add(observation)
    }
    const same = (name: string, actual: number | null) =>
      comparison.same(`${name} after ${n}`, actual, values[name], TOLERANCE)
    const counts = counter.counts()
    const { tn, fp, fn, tp } = values.cm
    comparison.same(
      `cm after ${n}`,
      [counts.trueNegatives, counts.falsePositives, counts.falseNegatives, counts.truePositives],
      [tn, fp, fn, tp],
      0,
    )
    for (const [river, ours] of Object.entries(DECISIONS)) {
      same(river, confusionMetrics[ours](counts))
      // Those of one class have no counterpart; Matthews' has its own for any number of classes.
      if (ours !== 'mcc' && ours in multiclassMetrics)
        same(river, multiclassMetrics[ours as keyof typeof multiclassMetrics](multiclass.matrix))
    }
    same('MCC', riverMcc(multiclass.matrix, 1))
    for (const [name, metric] of Object.entries(streamed)) same(name, metric.value())
    same('CrossEntropy', multiclass.snapshot().find(({ name }) => name === 'crossEntropy')?.value ?? 0)
    same('RollingPRAUC100', riverPrAuc(windows[100].ranked()))
    same('RollingROCAUC100', riverRocAuc(windows[100].ranked()))
    same('RollingROCAUC5000', riverRocAuc(windows[5000].ranked()))
  }
  return comparison.verdict
}

function crossEntropy(probability: number): number {
  return -Math.log(Math.min(1 - 1e-15, Math.max(1e-15, probability)))
}
