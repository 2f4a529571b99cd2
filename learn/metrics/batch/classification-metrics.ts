import type { BatchMetricInfo } from './batch-metric-info.ts'
import { sklearnMetric } from './sklearn-metric.ts'

const share = {
  direction: 'HIGHER_IS_BETTER',
  task: 'classification',
  window: null,
  unit: null,
  min: 0,
  max: 1,
} as const
const correlation = { ...share, min: -1 } as const
const gain = { ...share, min: null } as const
const loss = { ...share, direction: 'LOWER_IS_BETTER' } as const

/** Of the decisions at the model's threshold, and of its probabilities. */
export const classificationMetrics = {
  fbeta2: {
    ...share,
    title: 'F2 score',
    formula: String.raw`F_2 = \frac{5\,TP}{5\,TP + 4\,FN + FP}`,
    description:
      'Weighted harmonic mean of precision and recall in which recall counts twice as much: a missed fraud hurts more than a false alarm.',
    docsUrl: sklearnMetric('fbeta_score'),
  },
  recall: {
    ...share,
    title: 'Recall',
    formula: String.raw`\frac{TP}{TP + FN}`,
    description: 'Share of the positives that were flagged.',
    docsUrl: sklearnMetric('recall_score'),
  },
  precision: {
    ...share,
    title: 'Precision',
    formula: String.raw`\frac{TP}{TP + FP}`,
    description: 'Share of the flagged that are positive; 0 if nothing was flagged.',
    docsUrl: sklearnMetric('precision_score'),
  },
  f1: {
    ...share,
    title: 'F1 score',
    formula: String.raw`F_1 = \frac{2\,TP}{2\,TP + FN + FP}`,
    description: 'Harmonic mean of precision and recall.',
    docsUrl: sklearnMetric('f1_score'),
  },
  accuracy: {
    ...share,
    title: 'Accuracy',
    formula: String.raw`\frac{TP + TN}{TP + TN + FP + FN}`,
    description: 'Share of decisions that were right. Says little where one class is rare.',
    docsUrl: sklearnMetric('accuracy_score'),
  },
  balancedAccuracy: {
    ...share,
    title: 'Balanced accuracy',
    formula: String.raw`\frac{1}{2}\left(\frac{TP}{TP + FN} + \frac{TN}{TN + FP}\right)`,
    description: 'Mean of the recalls of both classes; 0.5 is no better than chance.',
    docsUrl: sklearnMetric('balanced_accuracy_score'),
  },
  mcc: {
    ...correlation,
    title: 'Matthews correlation',
    formula: String.raw`\frac{TP \cdot TN - FP \cdot FN}{\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}}`,
    description:
      'Correlation of decision and label; 0 is no better than chance, whatever the share of positives.',
    docsUrl: sklearnMetric('matthews_corrcoef'),
  },
  cohenKappa: {
    ...correlation,
    title: "Cohen's kappa",
    formula: String.raw`\kappa = \frac{p_o - p_e}{1 - p_e}`,
    description: 'Agreement of decision and label beyond what chance alone would give.',
    docsUrl: sklearnMetric('cohen_kappa_score'),
  },
  jaccard: {
    ...share,
    title: 'Jaccard index',
    formula: String.raw`\frac{TP}{TP + FP + FN}`,
    description: 'True positives among all that were flagged or positive.',
    docsUrl: sklearnMetric('jaccard_score'),
  },
  geometricMean: {
    ...share,
    title: 'Geometric mean',
    formula: String.raw`\sqrt{\frac{TP}{TP + FN} \cdot \frac{TN}{TN + FP}}`,
    description: 'Geometric mean of the recalls of both classes; 0 as soon as one class is never found.',
    docsUrl:
      'https://imbalanced-learn.org/stable/references/generated/imblearn.metrics.geometric_mean_score.html',
  },
  rocAuc: {
    ...share,
    title: 'ROC AUC',
    formula: String.raw`P(s^+ > s^-) + \tfrac{1}{2} P(s^+ = s^-)`,
    description: 'Chance that a positive scores above a negative, ties counted half. Needs no threshold.',
    docsUrl: sklearnMetric('roc_auc_score'),
  },
  averagePrecision: {
    ...share,
    title: 'Average precision',
    formula: String.raw`\sum_n (R_n - R_{n-1})\, P_n`,
    description: 'Area under the precision-recall curve; chance reaches the share of positives.',
    docsUrl: sklearnMetric('average_precision_score'),
  },
  logLoss: {
    ...loss,
    max: null,
    unit: 'nats',
    title: 'Log loss',
    formula: String.raw`-\frac{1}{n} \sum_i y_i \ln p_i + (1 - y_i) \ln(1 - p_i)`,
    description: 'Mean negative logarithm of the probability given to what happened.',
    docsUrl: sklearnMetric('log_loss'),
  },
  brierScore: {
    ...loss,
    title: 'Brier score',
    formula: String.raw`\frac{1}{n} \sum_i (p_i - y_i)^2`,
    description: 'Mean squared error of the probabilities.',
    docsUrl: sklearnMetric('brier_score_loss'),
  },
  d2LogLoss: {
    ...gain,
    title: 'D² of the log loss',
    formula: String.raw`1 - \frac{\mathrm{LogLoss}(y, p)}{\mathrm{LogLoss}(y, \bar{y})}`,
    description:
      'Share of the log loss of always giving the base rate that the model saves; below 0 it does harm.',
    docsUrl: sklearnMetric('d2_log_loss_score'),
  },
  d2Brier: {
    ...gain,
    title: 'D² of the Brier score',
    formula: String.raw`1 - \frac{\mathrm{Brier}(y, p)}{\mathrm{Brier}(y, \bar{y})}`,
    description:
      'Share of the Brier score of always giving the base rate that the model saves; below 0 it does harm.',
    docsUrl: sklearnMetric('d2_brier_score'),
  },
} as const satisfies Record<string, BatchMetricInfo>
