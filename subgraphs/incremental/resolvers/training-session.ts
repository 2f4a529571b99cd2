import { metricCatalogue } from '#learn/metrics/catalogue.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import { useCaseById } from '#use-cases/index.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type {
  MetricsSnapshotResolvers,
  OnlineModelResolvers,
  TrainingSessionResolvers,
} from '../resolvers.generated.ts'
import type { SessionView } from '../session/session-view.ts'

export const TrainingSession: TrainingSessionResolvers = {
  __resolveReference: ({ id }, { sessions }) => sessions.get(id as string) ?? null,
  id: ({ record }) => record.id,
  useCase: ({ record }) => useCaseById(record.useCase),
  state: ({ record }) => record.state,
  reason: ({ record }) => record.reason,
  startedAt: ({ record }) => record.startedAt,
  endedAt: ({ record }) => record.endedAt,
  predictions: ({ progress }) => progress?.sequence ?? 0,
  labels: ({ progress }) => progress?.labelled ?? 0,
  pendingLabels: ({ progress }) => progress?.pending ?? 0,
  deadLetters: ({ progress }) => progress?.rejected ?? 0,
  duplicates: ({ progress }) => progress?.duplicates ?? 0,
  recoveries: ({ record }) => record.recoveries,
  metrics: ({ metrics }, { names }) => selectMetrics(metrics, names),
  model: view => view,
  checkpoint: ({ checkpoint }) => checkpoint,
  run: runOf,
}

export const OnlineModel: OnlineModelResolvers = {
  __resolveReference: ({ id }, { sessions }) => sessions.get((id as string).replace(/^model:/, '')) ?? null,
  id: ({ record }) => `model:${record.id}`,
  session: view => view,
  learner: ({ record }) => record.learner,
  parameters: ({ record }) => record.parameters,
  version: ({ progress }) => progress?.modelVersion ?? 0,
  sizeBytes: ({ progress }) => progress?.modelBytes ?? 0,
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

/** Observability resolves the rest of it. */
function runOf({ record }: SessionView): { id: string } | null {
  return record.run ? { id: record.run } : null
}

/** @throws CodedError `BAD_USER_INPUT` for a name that this use case does not report. */
function selectMetrics(metrics: readonly MetricValue[], names: readonly string[] | null | undefined) {
  if (names && metrics.length > 0) {
    const unknown = names.filter(name => !metrics.some(metric => metric.name === name))
    if (unknown.length > 0) {
      const known = metrics.map(({ name }) => name).join(', ')
      throw new CodedError('BAD_USER_INPUT', `names: ${unknown.join(', ')} given, some of ${known} wanted.`)
    }
  }
  return metrics
    .filter(({ name }) => !names || names.includes(name))
    .map(metric => ({
      ...metric,
      title: metricCatalogue[metric.name as keyof typeof metricCatalogue]?.title ?? metric.name,
    }))
}
