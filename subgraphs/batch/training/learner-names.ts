/** Learners that a job may ask for, and the tasks that each can do. `catboost` needs `BATCH_ENGINE=catboost`. */
export const BATCH_LEARNERS = {
  'gradient-boosting': ['classification', 'regression'],
  catboost: ['classification', 'regression'],
  'logistic-regression': ['classification'],
  'ridge-regression': ['regression'],
  'k-means': ['clustering'],
  'latent-class-mixture': ['clustering'],
} as const

export type BatchLearnerName = keyof typeof BATCH_LEARNERS
