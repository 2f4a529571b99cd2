import { metricInfoOf } from '#learn/metrics/metric-info-of.ts'
import type { MetricPoint, Run } from '#ports/tracking.ts'
import { RUN_COUNTERS } from '#subgraphs/run-counters.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { RunMetric } from '../resolvers.generated.ts'

/** What is known of a metric by its name alone; of one that another program logged, nothing. */
export function describeMetric(name: string): Pick<RunMetric, 'title' | 'direction' | 'window'> {
  const info = metricInfoOf(name)
  if (info) return { title: info.title, direction: info.direction, window: info.window }
  const title = Object.hasOwn(RUN_COUNTERS, name) ? RUN_COUNTERS[name as keyof typeof RUN_COUNTERS] : name
  return { title, direction: 'NONE', window: null }
}

/** GraphQL has no NaN and no infinities. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The last values of a run's metrics, by name; `names` chooses. */
export function runMetrics({ metrics, tags }: Run, names?: readonly string[] | null): RunMetric[] {
  const observations = parseObservations(tags[RUN_TAGS.observations])
  return metrics
    .filter(({ name }) => !names || names.includes(name))
    .map(point => runMetric(point, observations))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function runMetric(
  { name, value, step, at }: MetricPoint,
  observations: Readonly<Record<string, unknown>>,
): RunMetric {
  const n = observations[name]
  return {
    name,
    ...describeMetric(name),
    value: finite(value),
    n: Number.isSafeInteger(n) ? (n as number) : null,
    step,
    at,
  }
}

/** Anybody can write tags. */
function parseObservations(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
