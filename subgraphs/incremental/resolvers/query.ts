import { useCaseById } from '#use-cases/index.ts'
import type { QueryResolvers } from '../resolvers.generated.ts'

export const Query: QueryResolvers = {
  useCases: (_, __, { useCases }) => [...useCases],
  useCase: (_, { id }) => useCaseById(id),
  prediction: (_, { id }, { predictionById }) => predictionById.load(id),
}
