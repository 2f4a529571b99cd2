import type { BatchMetricInfo } from './batch-metric-info.ts'
import { sklearnMetric } from './sklearn-metric.ts'

const better = {
  direction: 'HIGHER_IS_BETTER',
  task: 'clustering',
  window: null,
  unit: null,
  min: 0,
  max: null,
} as const

/** Of the rows that a clustering was made of. */
export const clusteringMetrics = {
  silhouette: {
    ...better,
    min: -1,
    max: 1,
    title: 'Silhouette',
    formula: String.raw`\frac{1}{n} \sum_i \frac{b_i - a_i}{\max(a_i, b_i)}`,
    description:
      'How much nearer rows are to their own cluster (mean distance a) than to the next one (mean distance b). Sampled above 20,000 rows.',
    docsUrl: sklearnMetric('silhouette_score'),
  },
  calinskiHarabasz: {
    ...better,
    title: 'Calinski-Harabasz index',
    formula: String.raw`\frac{\mathrm{tr}(B) / (k - 1)}{\mathrm{tr}(W) / (n - k)}`,
    description: 'Spread between the clusters over spread within them.',
    docsUrl: sklearnMetric('calinski_harabasz_score'),
  },
  daviesBouldin: {
    ...better,
    direction: 'LOWER_IS_BETTER',
    title: 'Davies-Bouldin index',
    formula: String.raw`\frac{1}{k} \sum_i \max_{j \neq i} \frac{s_i + s_j}{d_{ij}}`,
    description: 'Mean likeness of each cluster to the one most like it.',
    docsUrl: sklearnMetric('davies_bouldin_score'),
  },
  inertia: {
    ...better,
    direction: 'LOWER_IS_BETTER',
    title: 'Inertia',
    formula: String.raw`\sum_i \lVert x_i - c_{z_i} \rVert^2`,
    description:
      'Sum of squared distances to the centres. Falls with every further cluster, so it compares clusterings of one size only.',
    docsUrl: 'https://scikit-learn.org/stable/modules/generated/sklearn.cluster.KMeans.html',
  },
  icl: {
    ...better,
    min: null,
    unit: 'nats',
    title: 'Integrated completed likelihood',
    formula: String.raw`\ln p(x, \hat{z} \mid \hat{\theta}) - \text{penalty}`,
    description:
      'How well classes explain the rows, less what their number and their overlap cost; the number of classes is chosen by it.',
    docsUrl: 'https://doi.org/10.1109/34.865189',
  },
  clusters: {
    ...better,
    direction: 'NONE',
    min: 1,
    unit: 'clusters',
    title: 'Clusters',
    formula: 'k',
    description: 'Clusters that were found.',
    docsUrl: null,
  },
} as const satisfies Record<string, BatchMetricInfo>
