/** Figures about a session that stand beside its metrics in its run, with their names for people. */
export const RUN_COUNTERS = {
  predictions: 'Predictions',
  labels: 'Labels',
  pendingLabels: 'Pending labels',
  deadLetters: 'Dead letters',
  duplicates: 'Duplicates',
  modelVersion: 'Learned examples',
  modelSizeBytes: 'Model size in bytes',
} as const

export type RunCounter = keyof typeof RUN_COUNTERS
