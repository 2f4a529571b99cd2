import { classificationCatalogue } from './catalogue/classification.ts'
import { clusteringCatalogue } from './catalogue/clustering.ts'
import type { MetricTask, OnlineMetricInfo } from './catalogue/metric-info.ts'
import { regressionCatalogue } from './catalogue/regression.ts'

export {
  type MetricDirection,
  type MetricInfo,
  type MetricTask,
  type OnlineMetricInfo,
  ROLLING_AUC_SIZE,
  ROLLING_MS,
  ROLLING_SIZE,
} from './catalogue/metric-info.ts'

/** Every metric that can be computed online, by its name in the graph. */
export const metricCatalogue = {
  ...classificationCatalogue,
  ...regressionCatalogue,
  ...clusteringCatalogue,
} as const satisfies Record<string, OnlineMetricInfo>

export type MetricName = keyof typeof metricCatalogue
export type MetricNameOf<Task extends MetricTask> = {
  [Name in MetricName]: (typeof metricCatalogue)[Name]['task'] extends Task ? Name : never
}[MetricName]
