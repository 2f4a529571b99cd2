/** Metrics that a task can report, by the names used in the graph. Listing another task's metric does not compile. */
export const metricNames = {
  classification: [
    'recall',
    'precision',
    'f1',
    'fbeta2',
    'accuracy',
    'balancedAccuracy',
    'mcc',
    'geometricMean',
    'cohenKappa',
    'jaccard',
    'rocAuc',
    'rollingRocAuc',
    'logLoss',
  ],
  regression: [
    'mae',
    'rmse',
    'mape',
    'r2',
    'smape',
    'mse',
    'rmsle',
    'rollingMae',
    'rollingRmse',
    'timeRollingMae',
  ],
  clustering: [
    'silhouetteSimplified',
    'riverSilhouette',
    'rollingSilhouette',
    'timeRollingSilhouette',
    'clusters',
    'microClusters',
  ],
} as const

export type Task = keyof typeof metricNames
export type MetricName<T extends Task = Task> = (typeof metricNames)[T][number]
