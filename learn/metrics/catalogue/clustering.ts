import { lastMinutes, lastThousand, type OnlineMetricInfo } from './metric-info.ts'

const silhouette = {
  direction: 'HIGHER_IS_BETTER',
  task: 'clustering',
  window: null,
  unit: null,
  min: -1,
  max: 1,
  empty: 0,
  optimum: 1,
  ciMethod: 'block-bootstrap',
} as const
const count = {
  ...silhouette,
  direction: 'NONE',
  unit: 'clusters',
  min: 0,
  max: null,
  optimum: null,
  ciMethod: null,
} as const

const SIMPLIFIED = String.raw`\frac{1}{n} \sum_i \frac{b_i - a_i}{\max(a_i, b_i)}`

/** Metrics of a clustering, from the distances of each event to the centres as they were before it. */
export const clusteringCatalogue = {
  silhouetteSimplified: {
    ...silhouette,
    title: 'Simplified silhouette',
    formula: SIMPLIFIED,
    description:
      'Mean of (b - a) / max(a, b): a is the distance to the own centre, b to the nearest other one.',
  },
  riverSilhouette: {
    ...silhouette,
    title: "River's silhouette",
    direction: 'LOWER_IS_BETTER',
    min: 0,
    max: null,
    empty: Infinity,
    optimum: 0,
    ciMethod: null,
    formula: String.raw`\frac{\sum_i d(x_i, c_{own})}{\sum_i d(x_i, c_{second\ farthest})}`,
    description: 'Distances to the own centre over distances to the second farthest one.',
  },
  rollingSilhouette: {
    ...silhouette,
    ...lastThousand,
    title: 'Rolling silhouette',
    formula: SIMPLIFIED,
    description: 'Simplified silhouette of the latest events.',
  },
  timeRollingSilhouette: {
    ...silhouette,
    ...lastMinutes,
    title: 'Silhouette by time',
    formula: SIMPLIFIED,
    description: 'Simplified silhouette of the latest events.',
  },
  clusters: { ...count, title: 'Clusters', formula: 'K', description: 'Clusters in use.' },
  microClusters: {
    ...count,
    title: 'Micro-clusters',
    formula: 'M',
    description: 'Candidates behind the clusters in use.',
  },
} as const satisfies Record<string, OnlineMetricInfo>
