import type { LearnerInfo as LearnerFacts } from '#learn/online/learner-info.ts'
import { learnerCatalogue } from '#learn/online/registry.ts'
import { useCaseById } from '#use-cases/index.ts'
import type { LearnerInfoResolvers, QueryResolvers } from '../resolvers.generated.ts'
import { TASKS } from './tasks.ts'

export interface LearnerModel extends LearnerFacts {
  name: string
}

export const Query: QueryResolvers = {
  useCases: (_, __, { useCases }) => [...useCases],
  useCase: (_, { id }) => useCaseById(id),
  learners: (_, { task }) =>
    [...learnerCatalogue]
      .map(([name, info]) => ({ name, ...info }))
      .filter(learner => !task || TASKS[learner.task] === task),
  prediction: (_, { id }, { predictionById }) => predictionById.load(id),
}

export const LearnerInfo: LearnerInfoResolvers = {
  task: ({ task }) => TASKS[task],
  missingValues: ({ missing }) => missing,
  explains: ({ additive }) => additive,
}
