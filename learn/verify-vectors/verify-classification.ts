import { calibrationCurve } from '../batch/evaluation/calibration-curve.ts'
import { classificationReport } from '../batch/evaluation/classification-report.ts'
import { classificationScores } from '../batch/evaluation/classification-scores.ts'
import { confusion } from '../batch/evaluation/confusion.ts'
import { detCurve } from '../batch/evaluation/det-curve.ts'
import { discriminationThreshold } from '../batch/evaluation/discrimination-threshold.ts'
import { gainAndLift } from '../batch/evaluation/gain-and-lift.ts'
import { ksStatistic } from '../batch/evaluation/ks-statistic.ts'
import { precisionRecallCurve } from '../batch/evaluation/precision-recall-curve.ts'
import { rocCurve } from '../batch/evaluation/roc-curve.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

/** Our names for scikit-learn's. */
const SCORES = {
  recall_score: 'recall',
  precision_score: 'precision',
  f1_score: 'f1',
  fbeta_score: 'fbeta2',
  accuracy_score: 'accuracy',
  balanced_accuracy_score: 'balancedAccuracy',
  matthews_corrcoef: 'mcc',
  cohen_kappa_score: 'cohenKappa',
  jaccard_score: 'jaccard',
  roc_auc_score: 'rocAuc',
  average_precision_score: 'averagePrecision',
  log_loss: 'logLoss',
  brier_score_loss: 'brierScore',
  d2_log_loss_score: 'd2LogLoss',
  d2_brier_score: 'd2Brier',
  geometric_mean_score: 'geometricMean',
} as const
const WEIGHTED = {
  roc_auc: 'rocAuc',
  ap: 'averagePrecision',
  log_loss: 'logLoss',
  brier: 'brierScore',
} as const
const COLUMNS = { precision: 'precision', recall: 'recall', f1: 'f1', queue_rate: 'queueRate' } as const
/** Curves are compared whole. */
const maxPoints = Infinity

type Numbers = Record<string, number>
type Lists = Record<string, (number | null)[]>

interface ClassificationVectors {
  input: { y: number[]; p: number[]; w: number[] }
  threshold: number
  expected: {
    scores: Numbers
    weighted: Numbers
    roc: Lists
    pr: Lists
    det: Lists
    calibration: Record<'uniform' | 'quantile', Lists>
    confusion: number[][]
    confusion_norm_true: number[][]
    report: Lists
    gain: Lists
    ks: { statistic: number }
    discrimination: { columns: string[]; rows: number[][] }
  }
  tolerance: number
}

/** Scores and curves of a classifier against scikit-learn's. */
export const verifyClassification: VectorVerifier = ({ bytes }) => {
  const { input, threshold, expected, tolerance } = jsonOf<ClassificationVectors>(bytes)
  const { y: labels, p: scores, w: weights } = input
  const rows = { labels, scores }
  const comparison = createComparison()
  const same = (path: string, actual: unknown, wanted: unknown) =>
    comparison.same(path, actual, wanted, tolerance)

  const plain = classificationScores({ ...rows, threshold })
  for (const [name, ours] of Object.entries(SCORES))
    same(`scores.${name}`, plain[ours], expected.scores[name])
  const weighted = classificationScores({ ...rows, weights, threshold })
  for (const [name, ours] of Object.entries(WEIGHTED))
    same(`weighted.${name}`, weighted[ours], expected.weighted[name])

  const roc = rocCurve({ ...rows, maxPoints })
  for (const name of ['fpr', 'tpr', 'thresholds'] as const) same(`roc.${name}`, roc[name], expected.roc[name])
  const pr = precisionRecallCurve({ ...rows, maxPoints })
  for (const name of ['precision', 'recall', 'thresholds'] as const)
    same(`pr.${name}`, pr[name], expected.pr[name])
  const det = detCurve({ ...rows, maxPoints })
  for (const name of ['fpr', 'fnr', 'thresholds'] as const) same(`det.${name}`, det[name], expected.det[name])
  for (const strategy of ['uniform', 'quantile'] as const) {
    const { bins } = calibrationCurve({ ...rows, bins: 10, strategy })
    const wanted = expected.calibration[strategy]
    same(
      `calibration.${strategy}.prob_true`,
      bins.map(bin => bin.fractionPositive),
      wanted['prob_true'],
    )
    same(
      `calibration.${strategy}.prob_pred`,
      bins.map(bin => bin.meanPredicted),
      wanted['prob_pred'],
    )
  }

  const predictions = scores.map(score => (score >= threshold ? 1 : 0))
  const { counts, normalizedTrue } = confusion({ labels, predictions })
  same('confusion', counts, expected.confusion)
  same('confusion_norm_true', normalizedTrue, expected.confusion_norm_true)
  const report = classificationReport({ labels, predictions })
  for (const name of ['precision', 'recall', 'f1', 'support'] as const) {
    same(`report.${name}`, report[name], expected.report[name])
  }
  const gain = gainAndLift({ ...rows, maxPoints })
  for (const name of ['percent', 'gain', 'lift'] as const)
    same(`gain.${name}`, gain[name], expected.gain[name])
  same('ks.statistic', ksStatistic({ ...rows, maxPoints }).ks, expected.ks.statistic)

  const { columns, rows: table } = expected.discrimination
  const column = (name: string) => table.map(row => row[columns.indexOf(name)])
  const discrimination = discriminationThreshold({ ...rows, thresholds: column('threshold'), trials: 1 })
  for (const [name, ours] of Object.entries(COLUMNS)) {
    same(`discrimination.${name}`, discrimination.metrics[ours].median, column(name))
  }
  return comparison.verdict
}
