/** Names of tasks in the graph. */
export const TASKS = {
  classification: 'CLASSIFICATION',
  regression: 'REGRESSION',
  clustering: 'CLUSTERING',
} as const
