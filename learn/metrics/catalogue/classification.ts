import { lastMinutes, lastThousand, lastThousands, type OnlineMetricInfo } from './metric-info.ts'

/** A share of something, the more the better. */
const share = {
  direction: 'HIGHER_IS_BETTER',
  task: 'classification',
  window: null,
  unit: null,
  min: 0,
  max: 1,
  empty: 0,
  optimum: 1,
  ciMethod: 'wilson',
} as const
const score = { ...share, ciMethod: 'poisson-bootstrap' } as const
const correlation = { ...score, min: -1 } as const
const loss = {
  ...share,
  direction: 'LOWER_IS_BETTER',
  max: null,
  optimum: 0,
  ciMethod: 'block-bootstrap',
} as const

const RECALL = String.raw`\frac{TP}{TP + FN}`
const PRECISION = String.raw`\frac{TP}{TP + FP}`
const F2 = String.raw`F_2 = \frac{5\,TP}{5\,TP + 4\,FN + FP}`
const ACCURACY = String.raw`\frac{TP + TN}{TP + TN + FP + FN}`
const LOG_LOSS = String.raw`-\frac{1}{n} \sum_i y_i \ln p_i + (1 - y_i) \ln(1 - p_i)`

/** Metrics of a binary classification: of the decisions made, and of the probabilities given. */
export const classificationCatalogue = {
  recall: {
    ...share,
    title: 'Recall',
    formula: RECALL,
    description: 'Share of the positives that were flagged.',
  },
  precision: {
    ...share,
    title: 'Precision',
    formula: PRECISION,
    description: 'Share of the flagged that are positive.',
  },
  f1: {
    ...score,
    title: 'F1 score',
    formula: String.raw`F_1 = \frac{2\,TP}{2\,TP + FN + FP}`,
    description: 'Harmonic mean of precision and recall.',
  },
  fbeta2: {
    ...score,
    title: 'F2 score',
    formula: F2,
    description: 'Weighted harmonic mean of precision and recall in which recall counts twice as much.',
  },
  fbetaHalf: {
    ...score,
    title: 'F0.5 score',
    formula: String.raw`F_{0.5} = \frac{1.25\,TP}{1.25\,TP + 0.25\,FN + FP}`,
    description: 'Weighted harmonic mean of precision and recall in which precision counts twice as much.',
  },
  accuracy: {
    ...share,
    title: 'Accuracy',
    formula: ACCURACY,
    description: 'Share of decisions that were right.',
  },
  balancedAccuracy: {
    ...score,
    title: 'Balanced accuracy',
    formula: String.raw`\frac{1}{2}\left(\frac{TP}{TP + FN} + \frac{TN}{TN + FP}\right)`,
    description: 'Mean of the recalls of the classes that have occurred.',
  },
  mcc: {
    ...correlation,
    title: 'Matthews correlation',
    formula: String.raw`\frac{TP \cdot TN - FP \cdot FN}{\sqrt{(TP+FP)(TP+FN)(TN+FP)(TN+FN)}}`,
    description: 'Correlation of decision and label, -1 to 1; 0 is no better than chance.',
  },
  geometricMean: {
    ...score,
    title: 'Geometric mean',
    formula: String.raw`\sqrt{\frac{TP}{TP + FN} \cdot \frac{TN}{TN + FP}}`,
    description: 'Geometric mean of the recalls of both classes.',
  },
  cohenKappa: {
    ...correlation,
    title: "Cohen's kappa",
    formula: String.raw`\kappa = \frac{p_o - p_e}{1 - p_e}`,
    description: 'Agreement of decision and label beyond what chance alone would give.',
  },
  jaccard: {
    ...share,
    title: 'Jaccard index',
    formula: String.raw`\frac{TP}{TP + FP + FN}`,
    description: 'True positives among all that were flagged or positive.',
  },
  macroF1: {
    ...score,
    title: 'Macro F1',
    formula: String.raw`\frac{1}{K} \sum_c F_{1,c}`,
    description: 'Plain mean of the F1 scores of the classes that have occurred as label or decision.',
  },
  microF1: {
    ...share,
    title: 'Micro F1',
    formula: ACCURACY,
    description: 'F1 score of all decisions taken together: the accuracy, as every event has one label.',
  },
  weightedF1: {
    ...score,
    title: 'Weighted F1',
    formula: String.raw`\frac{1}{n} \sum_c n_c F_{1,c}`,
    description: 'Mean of the F1 scores of the classes, each weighted by how often it is the label.',
  },
  macroPrecision: {
    ...score,
    title: 'Macro precision',
    formula: String.raw`\frac{1}{K} \sum_c P_c`,
    description: 'Plain mean of the precisions of the classes that have occurred as label or decision.',
  },
  macroRecall: {
    ...score,
    title: 'Macro recall',
    formula: String.raw`\frac{1}{K} \sum_c R_c`,
    description: 'Plain mean of the recalls of the classes that have occurred as label or decision.',
  },
  weightedPrecision: {
    ...score,
    title: 'Weighted precision',
    formula: String.raw`\frac{1}{n} \sum_c n_c P_c`,
    description: 'Mean of the precisions of the classes, each weighted by how often it is the label.',
  },
  weightedRecall: {
    ...share,
    title: 'Weighted recall',
    formula: String.raw`\frac{1}{n} \sum_c n_c R_c`,
    description: 'Mean of the recalls weighted by how often each class is the label: the accuracy.',
  },
  expectedCost: {
    ...score,
    title: 'Expected cost',
    direction: 'LOWER_IS_BETTER',
    unit: 'cost',
    max: null,
    optimum: 0,
    formula: String.raw`\frac{c_{FP}\,FP + c_{FN}\,FN}{n}`,
    description: 'Mean cost of a decision under the declared cost policy; there is none without a policy.',
  },
  rocAuc: {
    ...share,
    title: 'ROC AUC',
    ciMethod: null,
    formula: String.raw`\sum_{j=1}^{49} (FPR_j - FPR_{j+1}) \frac{TPR_j + TPR_{j+1}}{2}`,
    description: 'Area under the ROC curve through 50 fixed thresholds; biased when scores bunch together.',
  },
  rollingRocAuc: {
    ...share,
    ...lastThousands,
    title: 'Rolling ROC AUC',
    ciMethod: 'delong',
    formula: String.raw`P(s^+ > s^-) + \tfrac{1}{2} P(s^+ = s^-)`,
    description: 'Chance that a positive scores above a negative, exact, ties counted half.',
  },
  rollingAveragePrecision: {
    ...share,
    ...lastThousands,
    title: 'Rolling average precision',
    ciMethod: null,
    formula: String.raw`\sum_n (R_n - R_{n-1})\, P_n`,
    description:
      'Area under the precision-recall curve as steps, exact; chance reaches the share of positives.',
  },
  rollingPrAuc: {
    ...share,
    ...lastThousands,
    title: 'Rolling PR AUC',
    ciMethod: null,
    formula: String.raw`\sum_n (R_n - R_{n-1}) \frac{\tilde{P}_n + \tilde{P}_{n-1}}{2}`,
    description:
      "River's area under the precision-recall curve: straight lines between points, precision made to grow with the threshold. Higher than average precision.",
  },
  precisionAt100: {
    ...share,
    ...lastThousands,
    title: 'Precision at 100',
    formula: String.raw`\frac{1}{100} \sum_{i \in \mathrm{top}_{100}} y_i`,
    description:
      'Share of positives among the 100 highest scores of the window; equal scores at the border count in proportion.',
  },
  rollingRecall: {
    ...share,
    ...lastThousands,
    title: 'Rolling recall',
    formula: RECALL,
    description: 'Share of the latest positives that were flagged.',
  },
  rollingPrecision: {
    ...share,
    ...lastThousands,
    title: 'Rolling precision',
    formula: PRECISION,
    description: 'Share of the latest flagged that are positive.',
  },
  rollingFbeta2: {
    ...score,
    ...lastThousands,
    title: 'Rolling F2 score',
    formula: F2,
    description: 'F2 score of the latest decisions.',
  },
  rollingAccuracy: {
    ...share,
    ...lastThousand,
    title: 'Rolling accuracy',
    formula: ACCURACY,
    description: 'Share of the latest decisions that were right.',
  },
  logLoss: {
    ...loss,
    title: 'Log loss',
    unit: 'nats',
    formula: LOG_LOSS,
    description: 'Mean negative logarithm of the probability given to what happened.',
  },
  rollingLogLoss: {
    ...loss,
    ...lastThousand,
    title: 'Rolling log loss',
    unit: 'nats',
    formula: LOG_LOSS,
    description: 'Log loss of the latest labels.',
  },
  brierScore: {
    ...loss,
    title: 'Brier score',
    max: 1,
    formula: String.raw`\frac{1}{n} \sum_i (p_i - y_i)^2`,
    description: 'Mean squared error of the probabilities.',
  },
  calibrationError: {
    ...loss,
    ...lastThousands,
    title: 'Calibration error',
    max: 1,
    ciMethod: null,
    formula: String.raw`\sum_{b=1}^{10} \frac{n_b}{n} \left| \bar{p}_b - \bar{y}_b \right|`,
    description:
      'Mean distance of probability and frequency over ten bins of equally many events by score; equal scores are shared out in proportion.',
  },
  timeRollingRecall: {
    ...share,
    ...lastMinutes,
    title: 'Recall by time',
    formula: RECALL,
    description: 'Share of the positives among the latest events that were flagged.',
  },
  timeRollingPrecision: {
    ...share,
    ...lastMinutes,
    title: 'Precision by time',
    formula: PRECISION,
    description: 'Share of the flagged among the latest events that are positive.',
  },
  timeRollingAccuracy: {
    ...share,
    ...lastMinutes,
    title: 'Accuracy by time',
    formula: ACCURACY,
    description: 'Share of decisions on the latest events that were right.',
  },
  timeRollingLogLoss: {
    ...loss,
    ...lastMinutes,
    title: 'Log loss by time',
    unit: 'nats',
    formula: LOG_LOSS,
    description: 'Log loss of the latest events.',
  },
} as const satisfies Record<string, OnlineMetricInfo>
