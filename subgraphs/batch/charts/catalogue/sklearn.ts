import { ALL_TASKS, type ChartEntry, CLASSES } from './chart-entry.ts'

const classification = { category: 'CLASSIFICATION', tasks: ['classification'] } as const
const regression = { category: 'REGRESSION', tasks: ['regression'] } as const
const selection = { category: 'MODEL_SELECTION', tasks: ALL_TASKS } as const

/** What scikit-learn calls displays; the two kinds of one that takes `kind=` bear it in their name. */
export const sklearn: readonly ChartEntry[] = [
  {
    ...classification,
    name: 'ConfusionMatrixDisplay',
    family: 'ConfusionMatrix',
    title: 'Confusion matrix by true class',
    description: 'Decisions by true class, as shares of each class.',
    docs: 'sklearn.metrics.ConfusionMatrixDisplay.html',
  },
  {
    ...classification,
    name: 'CalibrationDisplay',
    family: 'Calibration',
    title: 'Reliability diagram',
    description: 'Share of positives by mean score, over bins of equal size.',
    docs: 'sklearn.calibration.CalibrationDisplay.html',
  },
  {
    ...classification,
    name: 'PrecisionRecallDisplay',
    family: 'PrecisionRecall',
    title: 'Precision and recall',
    description: 'Precision against recall with the average precision and the level of chance.',
    docs: 'sklearn.metrics.PrecisionRecallDisplay.html',
  },
  {
    ...classification,
    name: 'RocCurveDisplay',
    family: 'RocCurve',
    title: 'ROC curve of the positive class',
    description: 'Recall against false alarm rate of the positive class.',
    docs: 'sklearn.metrics.RocCurveDisplay.html',
    fixed: { averages: 'NONE' },
  },
  {
    ...classification,
    name: 'DetCurveDisplay',
    family: 'DetCurve',
    title: 'Detection error tradeoff',
    description: 'Missed positives against false alarms on normal-deviate scales.',
    docs: 'sklearn.metrics.DetCurveDisplay.html',
  },
  {
    ...regression,
    name: 'PredictionErrorDisplayActual',
    family: 'PredictionError',
    title: 'Truth by prediction',
    description: 'Truth and prediction of sampled rows, with the identity line.',
    docs: 'sklearn.metrics.PredictionErrorDisplay.html',
    defaults: { sample: 2000 },
  },
  {
    ...regression,
    name: 'PredictionErrorDisplayResidual',
    family: 'Residuals',
    title: 'Residuals by prediction',
    description: 'Residuals of sampled rows by prediction.',
    docs: 'sklearn.metrics.PredictionErrorDisplay.html',
    defaults: { sample: 2000 },
  },
  {
    category: 'FEATURES',
    tasks: ALL_TASKS,
    name: 'PartialDependenceDisplay',
    family: 'PartialDependence',
    title: 'Partial dependence',
    description: 'Mean answer of the model by value of one feature at a time.',
    docs: 'sklearn.inspection.PartialDependenceDisplay.html',
  },
  {
    category: 'FEATURES',
    tasks: CLASSES,
    name: 'DecisionBoundaryDisplay',
    family: 'DecisionBoundary',
    title: 'Decision boundary',
    description: 'Answers of the model over a grid of two features.',
    docs: 'sklearn.inspection.DecisionBoundaryDisplay.html',
  },
  {
    ...selection,
    name: 'LearningCurveDisplay',
    family: 'LearningCurve',
    title: 'Learning curve with spread',
    description: 'Training and held-out scores by number of rows, with their spread over folds.',
    docs: 'sklearn.model_selection.LearningCurveDisplay.html',
  },
  {
    ...selection,
    name: 'ValidationCurveDisplay',
    family: 'ValidationCurve',
    title: 'Validation curve by depth',
    description: 'Training and held-out scores by the depth of trees.',
    docs: 'sklearn.model_selection.ValidationCurveDisplay.html',
    defaults: { parameter: 'depth', values: [4, 6, 8, 10] },
  },
]
