export type MetricTask = 'classification' | 'regression' | 'clustering'
export type MetricDirection = 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER' | 'NONE'
/** What the numbers are in: `target` is the unit of the label, null a plain number. */
export type MetricUnit = 'target' | 'target squared' | 'percent' | 'nats' | 'clusters' | null

export interface MetricInfo {
  title: string
  direction: MetricDirection
  task: MetricTask
  /** What the value covers; null means everything since the beginning. */
  window: string | null
  unit: MetricUnit
  description: string
}

/** Observations in the rolling windows, and milliseconds of event time in those by time. */
export const ROLLING_AUC_SIZE = 5000
export const ROLLING_SIZE = 1000
export const ROLLING_MS = 300_000

const classification = {
  direction: 'HIGHER_IS_BETTER',
  task: 'classification',
  window: null,
  unit: null,
} as const
const regression = { direction: 'LOWER_IS_BETTER', task: 'regression', window: null, unit: 'target' } as const
const clustering = { direction: 'HIGHER_IS_BETTER', task: 'clustering', window: null, unit: null } as const
const lastThousand = { window: `last ${ROLLING_SIZE}` }
const lastMinutes = { window: `last ${ROLLING_MS / 60_000} min of event time` }

/** Every metric that can be computed online, by its name in the graph. */
export const metricCatalogue = {
  recall: { ...classification, title: 'Recall', description: 'Share of the positives that were flagged.' },
  precision: {
    ...classification,
    title: 'Precision',
    description: 'Share of the flagged that are positive.',
  },
  f1: { ...classification, title: 'F1 score', description: 'Harmonic mean of precision and recall.' },
  fbeta2: {
    ...classification,
    title: 'F2 score',
    description: 'Weighted harmonic mean of precision and recall in which recall counts twice as much.',
  },
  accuracy: { ...classification, title: 'Accuracy', description: 'Share of decisions that were right.' },
  balancedAccuracy: {
    ...classification,
    title: 'Balanced accuracy',
    description: 'Mean of the recalls of the classes that have occurred.',
  },
  mcc: {
    ...classification,
    title: 'Matthews correlation',
    description: 'Correlation of decision and label, -1 to 1; 0 is no better than chance.',
  },
  geometricMean: {
    ...classification,
    title: 'Geometric mean',
    description: 'Geometric mean of the recalls of both classes.',
  },
  cohenKappa: {
    ...classification,
    title: "Cohen's kappa",
    description: 'Agreement of decision and label beyond what chance alone would give.',
  },
  jaccard: {
    ...classification,
    title: 'Jaccard index',
    description: 'True positives among all that were flagged or positive.',
  },
  rocAuc: {
    ...classification,
    title: 'ROC AUC',
    description: 'Area under the ROC curve through 50 fixed thresholds; biased when scores bunch together.',
  },
  rollingRocAuc: {
    ...classification,
    title: 'Rolling ROC AUC',
    window: `last ${ROLLING_AUC_SIZE}`,
    description: 'Chance that a positive scores above a negative, exact, ties counted half.',
  },
  logLoss: {
    ...classification,
    title: 'Log loss',
    direction: 'LOWER_IS_BETTER',
    unit: 'nats',
    description: 'Mean negative logarithm of the probability given to what happened.',
  },
  mae: { ...regression, title: 'Mean absolute error', description: 'Mean of |label - prediction|.' },
  mse: {
    ...regression,
    title: 'Mean squared error',
    unit: 'target squared',
    description: 'Mean of (label - prediction) squared.',
  },
  rmse: {
    ...regression,
    title: 'Root mean squared error',
    description: 'Square root of the mean squared error.',
  },
  mape: {
    ...regression,
    title: 'Mean absolute percentage error',
    unit: 'percent',
    description: 'Mean of |label - prediction| / |label|; labels of zero count as no error.',
  },
  smape: {
    ...regression,
    title: 'Symmetric mean absolute percentage error',
    unit: 'percent',
    description: 'Mean of 2 |label - prediction| / (|label| + |prediction|).',
  },
  r2: {
    ...regression,
    title: 'R squared',
    direction: 'HIGHER_IS_BETTER',
    unit: null,
    description: 'Share of the variance of the labels that the predictions explain.',
  },
  rmsle: {
    ...regression,
    title: 'Root mean squared logarithmic error',
    unit: null,
    description: 'Root of the mean squared difference of ln(1 + label) and ln(1 + prediction).',
  },
  rollingMae: {
    ...regression,
    ...lastThousand,
    title: 'Rolling mean absolute error',
    description: 'Mean of |label - prediction| over the latest labels.',
  },
  rollingRmse: {
    ...regression,
    ...lastThousand,
    title: 'Rolling root mean squared error',
    description: 'Root of the mean squared error over the latest labels.',
  },
  timeRollingMae: {
    ...regression,
    ...lastMinutes,
    title: 'Mean absolute error by time',
    description: 'Mean of |label - prediction| over the latest events.',
  },
  silhouetteSimplified: {
    ...clustering,
    title: 'Simplified silhouette',
    description:
      'Mean of (b - a) / max(a, b): a is the distance to the own centre, b to the nearest other one.',
  },
  riverSilhouette: {
    ...clustering,
    title: "River's silhouette",
    direction: 'LOWER_IS_BETTER',
    description: 'Distances to the own centre over distances to the second farthest one.',
  },
  rollingSilhouette: {
    ...clustering,
    ...lastThousand,
    title: 'Rolling silhouette',
    description: 'Simplified silhouette of the latest events.',
  },
  timeRollingSilhouette: {
    ...clustering,
    ...lastMinutes,
    title: 'Silhouette by time',
    description: 'Simplified silhouette of the latest events.',
  },
  clusters: {
    ...clustering,
    title: 'Clusters',
    direction: 'NONE',
    unit: 'clusters',
    description: 'Clusters in use.',
  },
  microClusters: {
    ...clustering,
    title: 'Micro-clusters',
    direction: 'NONE',
    unit: 'clusters',
    description: 'Candidates behind the clusters in use.',
  },
} as const satisfies Record<string, MetricInfo>

export type MetricName = keyof typeof metricCatalogue
export type MetricNameOf<Task extends MetricTask> = {
  [Name in MetricName]: (typeof metricCatalogue)[Name]['task'] extends Task ? Name : never
}[MetricName]
