import type { BatchMetricInfo } from './batch-metric-info.ts'
import { sklearnMetric } from './sklearn-metric.ts'

const error = {
  direction: 'LOWER_IS_BETTER',
  task: 'regression',
  window: null,
  unit: 'target',
  min: 0,
  max: null,
} as const
const explained = { ...error, direction: 'HIGHER_IS_BETTER', unit: null, min: null, max: 1 } as const

/** Of the predictions, in the unit of the label where not said otherwise. */
export const regressionMetrics = {
  mae: {
    ...error,
    title: 'Mean absolute error',
    formula: String.raw`\frac{1}{n} \sum_i |y_i - \hat{y}_i|`,
    description: 'Mean of |label - prediction|: by how much a prediction is off, on average.',
    docsUrl: sklearnMetric('mean_absolute_error'),
  },
  mse: {
    ...error,
    unit: 'target squared',
    title: 'Mean squared error',
    formula: String.raw`\frac{1}{n} \sum_i (y_i - \hat{y}_i)^2`,
    description: 'Mean of (label - prediction) squared; large errors weigh most.',
    docsUrl: sklearnMetric('mean_squared_error'),
  },
  rmse: {
    ...error,
    title: 'Root mean squared error',
    formula: String.raw`\sqrt{\frac{1}{n} \sum_i (y_i - \hat{y}_i)^2}`,
    description: 'Square root of the mean squared error.',
    docsUrl: sklearnMetric('root_mean_squared_error'),
  },
  r2: {
    ...explained,
    title: 'R squared',
    formula: String.raw`1 - \frac{\sum_i (y_i - \hat{y}_i)^2}{\sum_i (y_i - \bar{y})^2}`,
    description: 'Share of the variance of the labels that the predictions explain; 0 for always the mean.',
    docsUrl: sklearnMetric('r2_score'),
  },
  medianAbsoluteError: {
    ...error,
    title: 'Median absolute error',
    formula: String.raw`\mathrm{median}_i\, |y_i - \hat{y}_i|`,
    description: 'Half of the predictions are off by less; few large errors do not move it.',
    docsUrl: sklearnMetric('median_absolute_error'),
  },
  maxError: {
    ...error,
    title: 'Largest error',
    formula: String.raw`\max_i |y_i - \hat{y}_i|`,
    description: 'The worst prediction.',
    docsUrl: sklearnMetric('max_error'),
  },
  explainedVariance: {
    ...explained,
    title: 'Explained variance',
    formula: String.raw`1 - \frac{\mathrm{Var}(y - \hat{y})}{\mathrm{Var}(y)}`,
    description: 'As R squared, but a constant offset of all predictions costs nothing.',
    docsUrl: sklearnMetric('explained_variance_score'),
  },
  mape: {
    ...error,
    unit: 'percent',
    title: 'Mean absolute percentage error',
    formula: String.raw`\frac{100}{n} \sum_{y_i \neq 0} \left|\frac{y_i - \hat{y}_i}{y_i}\right|`,
    description: 'Mean of |label - prediction| / |label| over the rows whose label is not zero.',
    docsUrl: sklearnMetric('mean_absolute_percentage_error'),
  },
  smape: {
    ...error,
    max: 200,
    unit: 'percent',
    title: 'Symmetric mean absolute percentage error',
    formula: String.raw`\frac{100}{n} \sum_i \frac{2\,|y_i - \hat{y}_i|}{|y_i| + |\hat{y}_i|}`,
    description: 'Mean of 2 |label - prediction| / (|label| + |prediction|).',
    docsUrl: 'https://en.wikipedia.org/wiki/Symmetric_mean_absolute_percentage_error',
  },
  d2AbsoluteError: {
    ...explained,
    title: 'D² of the absolute error',
    formula: String.raw`1 - \frac{\sum_i |y_i - \hat{y}_i|}{\sum_i |y_i - \mathrm{median}(y)|}`,
    description: 'Share of the absolute error of always giving the median that the model saves.',
    docsUrl: sklearnMetric('d2_absolute_error_score'),
  },
  d2Pinball: {
    ...explained,
    title: 'D² of the pinball loss',
    formula: String.raw`1 - \frac{\sum_i \rho_{0.5}(y_i - \hat{y}_i)}{\sum_i \rho_{0.5}(y_i - q_{0.5}(y))}`,
    description: 'The same for the pinball loss at one half, with which it agrees.',
    docsUrl: sklearnMetric('d2_pinball_score'),
  },
  d2Tweedie: {
    ...explained,
    title: 'D² of the Tweedie deviance',
    formula: String.raw`1 - \frac{D_0(y, \hat{y})}{D_0(y, \bar{y})}`,
    description: 'Share of the deviance of power 0 that the model saves: R squared.',
    docsUrl: sklearnMetric('d2_tweedie_score'),
  },
} as const satisfies Record<string, BatchMetricInfo>
