import type { BatchLearnerName } from '../training/learner-names.ts'
import type { BatchLearner } from '../resolvers.generated.ts'

const NAMES = {
  GRADIENT_BOOSTING: 'gradient-boosting',
  CATBOOST: 'catboost',
  LOGISTIC_REGRESSION: 'logistic-regression',
  RIDGE_REGRESSION: 'ridge-regression',
  K_MEANS: 'k-means',
  LATENT_CLASS_MIXTURE: 'latent-class-mixture',
} as const satisfies Record<BatchLearner, BatchLearnerName>

const MEMBERS = Object.fromEntries(Object.entries(NAMES).map(([member, name]) => [name, member]))

export const learnerName = (member: BatchLearner): BatchLearnerName => NAMES[member]
export const learnerMember = (name: BatchLearnerName): BatchLearner => MEMBERS[name] as BatchLearner
