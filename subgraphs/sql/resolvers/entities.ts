import { useCaseById } from '#use-cases/index.ts'
import type { PredictionResolvers, UseCaseResolvers } from '../resolvers.generated.ts'
import { statementError } from '../statements/statement-error.ts'

export const UseCase: UseCaseResolvers = {
  __resolveReference: ({ id }) => ({ id: useCaseById(id as string).id }),
  id: ({ id }) => id as 'TFD',
  table({ id }, _, { catalog }) {
    const events = catalog.ofUseCase(id).find(({ kind }) => kind === 'events')
    if (events) return events
    throw new Error(`The catalog lacks the events of ${id}.`)
  },
  tables: ({ id }, _, { catalog }) => [...catalog.ofUseCase(id)],
}

export const Prediction: PredictionResolvers = {
  __resolveReference: ({ id }) => ({ id: id as string }),
  storedRow: ({ id }, _, { storedRowOf }) =>
    storedRowOf.load(id).catch((error: unknown) => {
      throw statementError(error)
    }),
}
