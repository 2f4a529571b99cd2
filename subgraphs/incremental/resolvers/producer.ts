import { useCaseById } from '#use-cases/index.ts'
import type { ProducerResolvers } from '../resolvers.generated.ts'

export const Producer: ProducerResolvers = {
  useCase: ({ useCase }) => useCaseById(useCase),
  mode: ({ mode }) => (mode === 'parity' ? 'PARITY' : 'REALISTIC'),
  rate: ({ rate }) => (rate === 'max' ? null : rate),
  drift: ({ drift }) => drift.map(({ kind, at, factor }) => ({ kind, at, factor })),
}
