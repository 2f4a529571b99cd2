import { createMetricSet, type MetricValue } from '#learn/metrics/metric-set.ts'
import type { AnyLearner, Row } from '#learn/online/learner.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

export interface LabelledEvent {
  event: JsonEvent
  label: number
  timeMs: number
}

export interface QualityOptions {
  /** Default: those that the use case declares. */
  params?: Readonly<Record<string, number | string | boolean>>
  seed?: number | string
}

/** What a use case's learner runs with, for benches that feed it in process. */
export function prequentialParts(
  useCase: UseCase,
  { params = useCase.online.params, seed = 1 }: QualityOptions,
) {
  const encoder = createRowEncoder(useCase.features)
  return {
    encode: (event: JsonEvent): Row => encoder.encode(event),
    learner: createLearner(useCase.online.learner, { columns: encoder.columns, params, seed }),
    metrics: createMetricSet(useCase.metrics, { task: useCase.task }),
  }
}

/** Events of a stream that carries its labels inside, each with its label and event time. */
export function labelledEvents(useCase: UseCase, events: readonly JsonEvent[]): LabelledEvent[] {
  const field = useCase.label?.field
  if (field === undefined)
    throw new Error(`Use case ${useCase.id} has no label, wanted one with labels in its events.`)
  return events.map(event => ({
    event,
    label: Number(event[field]),
    timeMs: Date.parse(String(event[useCase.time])),
  }))
}

export function expectTask<Task extends AnyLearner['task']>(
  learner: AnyLearner,
  task: Task,
): Extract<AnyLearner, { task: Task }> {
  if (learner.task === task) return learner as Extract<AnyLearner, { task: Task }>
  throw new Error(`Learner ${learner.name} is for ${learner.task}, wanted one for ${task}.`)
}

export function metricValue(metrics: readonly MetricValue[], name: string): number {
  const value = metrics.find(metric => metric.name === name)?.value
  if (value === undefined || value === null) throw new Error(`Metric ${name} has no value.`)
  return value
}
