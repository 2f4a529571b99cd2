import type { MetricPoint } from '#ports/tracking.ts'
import type { RunCounter } from '#subgraphs/run-counters.ts'
import type { SessionView } from '../session/session-view.ts'

/**
 * A session's metrics and counters as points of its run; the step is the number of predictions made. What is not defined
 * yet has no point. Empty before the first figures are in.
 */
export function metricPoints({ metrics, metricsAt, progress }: SessionView): MetricPoint[] {
  if (!progress || metricsAt === null) return []
  const step = progress.sequence
  const counters = {
    predictions: progress.sequence,
    labels: progress.labelled,
    pendingLabels: progress.pending,
    deadLetters: progress.rejected,
    duplicates: progress.duplicates,
    modelVersion: progress.modelVersion,
    modelSizeBytes: progress.modelBytes,
  } satisfies Record<RunCounter, number>
  const named = [...metrics.map(({ name, value }) => [name, value] as const), ...Object.entries(counters)]
  return named.flatMap(([name, value]) =>
    value === null || !Number.isFinite(value) ? [] : [{ name, value, step, at: metricsAt }],
  )
}
