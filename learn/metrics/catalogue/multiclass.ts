import type { multiclassMetrics } from '../multiclass-metrics.ts'
import { classificationCatalogue } from './classification.ts'
import type { OnlineMetricInfo } from './metric-info.ts'

export type MulticlassMetricName = keyof typeof multiclassMetrics | 'crossEntropy'

/** Averages over classes have no interval of their own yet. */
const average = { ...classificationCatalogue.macroF1, ciMethod: null } as const

/** Metrics of a classification into any number of classes, by their names. */
export const multiclassCatalogue: Readonly<Record<MulticlassMetricName, OnlineMetricInfo>> = {
  accuracy: {
    ...classificationCatalogue.accuracy,
    formula: String.raw`\frac{1}{n} \sum_c n_{cc}`,
  },
  balancedAccuracy: {
    ...average,
    title: 'Balanced accuracy',
    formula: String.raw`\frac{1}{K} \sum_{c: n_c > 0} R_c`,
    description: 'Mean of the recalls of the classes that have occurred as label.',
  },
  geometricMean: {
    ...average,
    title: 'Geometric mean',
    formula: String.raw`\left(\prod_c R_c\right)^{1/K}`,
    description: 'Geometric mean of the recalls of the classes that have occurred as label or decision.',
  },
  cohenKappa: { ...classificationCatalogue.cohenKappa, ciMethod: null },
  mcc: {
    ...classificationCatalogue.mcc,
    ciMethod: null,
    formula: String.raw`R_K = \frac{n \sum_c n_{cc} - \sum_c n_{c\cdot} n_{\cdot c}}{\sqrt{n^2 - \sum_c n_{c\cdot}^2} \sqrt{n^2 - \sum_c n_{\cdot c}^2}}`,
    description: 'Correlation of decisions and labels over all classes; 0 is no better than chance.',
  },
  macroF1: average,
  microF1: { ...classificationCatalogue.microF1, ciMethod: null },
  weightedF1: { ...classificationCatalogue.weightedF1, ciMethod: null },
  macroPrecision: { ...classificationCatalogue.macroPrecision, ciMethod: null },
  microPrecision: {
    ...average,
    title: 'Micro precision',
    formula: String.raw`\frac{1}{n} \sum_c n_{cc}`,
    description: 'Precision of all decisions taken together: the accuracy, as every event has one label.',
  },
  weightedPrecision: { ...classificationCatalogue.weightedPrecision, ciMethod: null },
  macroRecall: { ...classificationCatalogue.macroRecall, ciMethod: null },
  microRecall: {
    ...average,
    title: 'Micro recall',
    formula: String.raw`\frac{1}{n} \sum_c n_{cc}`,
    description: 'Recall of all labels taken together: the accuracy, as every event has one decision.',
  },
  weightedRecall: { ...classificationCatalogue.weightedRecall, ciMethod: null },
  macroJaccard: {
    ...average,
    title: 'Macro Jaccard index',
    formula: String.raw`\frac{1}{K} \sum_c J_c`,
    description: 'Plain mean of the Jaccard indices of the classes that have occurred.',
  },
  microJaccard: {
    ...average,
    title: 'Micro Jaccard index',
    formula: String.raw`\frac{\sum_c n_{cc}}{2n - \sum_c n_{cc}}`,
    description: 'Right decisions among all decisions and labels taken together.',
  },
  weightedJaccard: {
    ...average,
    title: 'Weighted Jaccard index',
    formula: String.raw`\frac{1}{n} \sum_c n_c J_c`,
    description: 'Mean of the Jaccard indices of the classes, each weighted by how often it is the label.',
  },
  crossEntropy: {
    ...classificationCatalogue.logLoss,
    title: 'Cross-entropy',
    formula: String.raw`-\frac{1}{n} \sum_i \ln p_{i, y_i}`,
    description: 'Mean negative logarithm of the probability given to the class that happened.',
  },
}
