import { useCaseById } from '#use-cases/index.ts'
import type { DriftSignalResolvers } from '../resolvers.generated.ts'

const FEATURE = 'feature:'

export const DriftSignal: DriftSignalResolvers = {
  useCase: ({ useCase }) => useCaseById(useCase),
  session: ({ session }, _, { sessions }) => sessions.get(session) ?? null,
  signal: ({ row }) => row.signal,
  feature: ({ row: { signal } }) => (signal.startsWith(FEATURE) ? signal.slice(FEATURE.length) : null),
  detector: ({ row }) => row.detector,
  statistic: ({ row }) => row.statistic,
  value: ({ row }) => row.value,
  threshold: ({ row }) => row.threshold,
  category: ({ row }) => row.category,
  psi: ({ row }) => row.psi,
  ks: ({ row }) => row.ks,
  before: ({ row }) => row.before,
  after: ({ row }) => row.after,
  sequence: ({ row }) => row.seq,
  eventTime: ({ row }) => row.eventTime,
  observationsSince: ({ row }) => row.changeAt,
}
