import { lastMinutes, lastThousand, type OnlineMetricInfo } from './metric-info.ts'

const error = {
  direction: 'LOWER_IS_BETTER',
  task: 'regression',
  window: null,
  unit: 'target',
  min: 0,
  max: null,
  empty: 0,
  optimum: 0,
  ciMethod: 'block-bootstrap',
} as const
const coverage = {
  ...error,
  direction: 'NONE',
  unit: null,
  max: 1,
  optimum: null,
} as const

const MAE = String.raw`\frac{1}{n} \sum_i |y_i - \hat{y}_i|`
const MSE = String.raw`\frac{1}{n} \sum_i (y_i - \hat{y}_i)^2`
const RMSE = String.raw`\sqrt{\frac{1}{n} \sum_i (y_i - \hat{y}_i)^2}`
const COVERAGE = String.raw`\frac{1}{n} \sum_i 1[l_i \le y_i \le u_i]`
const WINKLER = String.raw`\frac{1}{n} \sum_i (u_i - l_i) + \frac{2}{1 - q} \left((l_i - y_i)_+ + (y_i - u_i)_+\right)`

/** Metrics of a regression: of the predictions, and of the intervals given with them. */
export const regressionCatalogue = {
  mae: {
    ...error,
    title: 'Mean absolute error',
    formula: MAE,
    description: 'Mean of |label - prediction|.',
  },
  mse: {
    ...error,
    title: 'Mean squared error',
    unit: 'target squared',
    formula: MSE,
    description: 'Mean of (label - prediction) squared.',
  },
  rmse: {
    ...error,
    title: 'Root mean squared error',
    formula: RMSE,
    description: 'Square root of the mean squared error.',
  },
  mape: {
    ...error,
    title: 'Mean absolute percentage error',
    unit: 'percent',
    formula: String.raw`\frac{100}{n} \sum_i \left| \frac{y_i - \hat{y}_i}{y_i} \right|`,
    description: 'Mean of |label - prediction| / |label|; labels of zero count as no error.',
  },
  smape: {
    ...error,
    title: 'Symmetric mean absolute percentage error',
    unit: 'percent',
    max: 200,
    formula: String.raw`\frac{100}{n} \sum_i \frac{2\,|y_i - \hat{y}_i|}{|y_i| + |\hat{y}_i|}`,
    description: 'Mean of 2 |label - prediction| / (|label| + |prediction|).',
  },
  r2: {
    ...error,
    title: 'R squared',
    direction: 'HIGHER_IS_BETTER',
    unit: null,
    min: null,
    max: 1,
    optimum: 1,
    formula: String.raw`1 - \frac{\sum_i (y_i - \hat{y}_i)^2}{\sum_i (y_i - \bar{y})^2}`,
    description: 'Share of the variance of the labels that the predictions explain.',
  },
  rmsle: {
    ...error,
    title: 'Root mean squared logarithmic error',
    unit: null,
    formula: String.raw`\sqrt{\frac{1}{n} \sum_i (\ln(1 + y_i) - \ln(1 + \hat{y}_i))^2}`,
    description: 'Root of the mean squared difference of ln(1 + label) and ln(1 + prediction).',
  },
  bias: {
    ...error,
    title: 'Bias',
    direction: 'NONE',
    min: null,
    optimum: null,
    formula: String.raw`\frac{1}{n} \sum_i \hat{y}_i - y_i`,
    description: 'Mean of prediction - label: above 0 the model says too much.',
  },
  pinball: {
    ...error,
    title: 'Pinball loss',
    formula: String.raw`\frac{1}{n} \sum_i \max(\tau (y_i - \hat{y}_i), (\tau - 1)(y_i - \hat{y}_i))`,
    description:
      'Loss of a prediction that is meant to be the quantile tau of the label; half the absolute error for the median, which is taken where nothing is said.',
  },
  winklerScore: {
    ...error,
    title: 'Winkler score',
    formula: WINKLER,
    description:
      'Width of the prediction interval, and what the label lies outside at the rate 2 / (1 - level): best for the true quantiles.',
  },
  intervalCoverage: {
    ...coverage,
    title: 'Interval coverage',
    formula: COVERAGE,
    description: 'Share of labels within their prediction interval; wanted is the level of the intervals.',
  },
  intervalWidth: {
    ...error,
    title: 'Interval width',
    formula: String.raw`\frac{1}{n} \sum_i u_i - l_i`,
    description: 'Mean width of the prediction intervals; the narrower the better at the same coverage.',
  },
  rollingMae: {
    ...error,
    ...lastThousand,
    title: 'Rolling mean absolute error',
    formula: MAE,
    description: 'Mean of |label - prediction| over the latest labels.',
  },
  rollingRmse: {
    ...error,
    ...lastThousand,
    title: 'Rolling root mean squared error',
    formula: RMSE,
    description: 'Root of the mean squared error over the latest labels.',
  },
  rollingWinklerScore: {
    ...error,
    ...lastThousand,
    title: 'Rolling Winkler score',
    formula: WINKLER,
    description: 'Winkler score of the latest labels.',
  },
  rollingIntervalCoverage: {
    ...coverage,
    ...lastThousand,
    title: 'Rolling interval coverage',
    formula: COVERAGE,
    description: 'Share of the latest labels within their prediction interval.',
  },
  timeRollingMae: {
    ...error,
    ...lastMinutes,
    title: 'Mean absolute error by time',
    formula: MAE,
    description: 'Mean of |label - prediction| over the latest events.',
  },
  timeRollingRmse: {
    ...error,
    ...lastMinutes,
    title: 'Root mean squared error by time',
    formula: RMSE,
    description: 'Root of the mean squared error over the latest events.',
  },
  timeRollingIntervalCoverage: {
    ...coverage,
    ...lastMinutes,
    title: 'Interval coverage by time',
    formula: COVERAGE,
    description: 'Share of the labels of the latest events within their prediction interval.',
  },
} as const satisfies Record<string, OnlineMetricInfo>
