import { useCaseById } from '#use-cases/index.ts'
import type {
  MetricsSnapshotResolvers,
  OnlineModelResolvers,
  TrainingSessionResolvers,
} from '../resolvers.generated.ts'
import type { SessionView } from '../session/session-view.ts'
import { sessionCard } from '../tracking/session-card.ts'
import { selectMetrics } from './select-metrics.ts'
import { modelsOf, promotionsOf } from './session-model.ts'

const MAX_SIGNALS = 50

export const TrainingSession: TrainingSessionResolvers = {
  __resolveReference: ({ id }, { sessions }) => sessions.get(id as string) ?? null,
  id: ({ record }) => record.id,
  useCase: ({ record }) => useCaseById(record.useCase),
  state: ({ record }) => record.state,
  reason: ({ record }) => record.reason,
  startedAt: ({ record }) => record.startedAt,
  endedAt: ({ record }) => record.endedAt,
  predictions: ({ progress }) => progress?.sequence ?? 0,
  labels: ({ progress }) => (progress ? progress.labelled - (progress.corrections ?? 0) : 0),
  correctedLabels: ({ progress }) => progress?.corrections ?? 0,
  repeatedLabels: ({ progress }) => progress?.repeatedLabels ?? 0,
  lateLabels: ({ progress }) => progress?.lateLabels ?? 0,
  pendingLabels: ({ progress }) => progress?.pending ?? 0,
  deadLetters: ({ progress }) => progress?.rejected ?? 0,
  duplicates: ({ progress }) => progress?.duplicates ?? 0,
  recoveries: ({ record }) => record.recoveries,
  metrics: ({ metrics }, { names }) => selectMetrics(metrics, names),
  model: view => view,
  models: view => modelsOf(view),
  promotions: view => promotionsOf(view),
  driftSignals: ({ record, report }, { first }) =>
    (report?.drift ?? [])
      .toReversed()
      .slice(0, Math.min(MAX_SIGNALS, Math.max(0, first ?? 10)))
      .map(row => ({ useCase: record.useCase, session: record.id, row })),
  evaluation: ({ report }) => report?.quality ?? null,
  async ownerSegment({ record }, { owner }, { sessions }) {
    const runner =
      sessions.current(record.useCase)?.record.id === record.id && sessions.runner(record.useCase)
    return runner ? runner.segment(owner) : null
  },
  segmentation: ({ report }) => report?.segmentation ?? null,
  checkpoint: ({ checkpoint }) => checkpoint,
  run: runOf,
}

export const OnlineModel: OnlineModelResolvers = {
  __resolveReference: ({ id }, { sessions }) => sessions.get((id as string).replace(/^model:/, '')) ?? null,
  id: ({ record }) => `model:${record.id}`,
  session: view => view,
  learner: view => championOf(view)?.learner ?? view.record.learner,
  parameters: view => championOf(view)?.parameters ?? view.record.parameters,
  version: ({ progress }) => progress?.modelVersion ?? 0,
  sizeBytes: ({ progress }) => progress?.modelBytes ?? 0,
  modelCard: view => sessionCard(view, useCaseById(view.record.useCase)),
  run: runOf,
}

export const MetricsSnapshot: MetricsSnapshotResolvers = {
  useCase: ({ record }) => useCaseById(record.useCase),
  session: view => view,
  at: ({ metricsAt }) => metricsAt ?? 0,
  predictions: ({ progress }) => progress?.sequence ?? 0,
  // Names were chosen when the subscription began.
  metrics: ({ metrics }) => selectMetrics(metrics, null),
}

function championOf({ models }: SessionView) {
  return models.find(({ role }) => role === 'CHAMPION')
}

/** Observability resolves the rest of it. */
function runOf({ record }: SessionView): { id: string } | null {
  return record.run ? { id: record.run } : null
}
