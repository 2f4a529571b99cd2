import { VALIDATION_PREFIX, metricInfoOf } from '#learn/metrics/metric-info-of.ts'
import type { BatchModelRef } from '../models/batch-model-ref.ts'
import type { Metric } from '../resolvers.generated.ts'

/** A figure of a model as the graph has it; null instead of what is no finite number. */
export function metricOf(name: string, value: number, n: number): Metric {
  const info = metricInfoOf(name)
  return {
    name,
    title: info?.title ?? name,
    value: Number.isFinite(value) ? value : null,
    n,
    direction: info?.direction ?? 'NONE',
    window: info?.window ?? null,
  }
}

/** The figures of a model on its test part, or those that are named; `validation.<name>` are of the validation part. */
export function metricsOf(
  { run, manifest: { split } }: BatchModelRef,
  names: readonly string[] | null,
): Metric[] {
  const rows = split.test?.rows ?? split.train?.rows ?? 0
  return run.metrics
    .filter(({ name }) =>
      names ? names.includes(name) : metricInfoOf(name) !== null && !name.startsWith(VALIDATION_PREFIX),
    )
    .map(({ name, value }) => {
      const n = name.startsWith(VALIDATION_PREFIX) ? (split.validation?.rows ?? 0) : rows
      return metricOf(name, value, n)
    })
}
