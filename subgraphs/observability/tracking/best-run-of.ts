import { batchMetricNames } from '#learn/metrics/batch-catalogue.ts'
import { metricInfoOf, VALIDATION_PREFIX } from '#learn/metrics/metric-info-of.ts'
import { bestRun } from '#ports/best-run.ts'
import type { Run, RunStatus } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { RunReader } from './run-reader.ts'
import type { TrackingGate } from './tracking-gate.ts'

/**
 * The best run of a use case by one of its metrics, by default the first that it declares, in that metric's direction. Those of
 * batch trainings count too, also as they stand for the validation part.
 * @throws CodedError `BAD_USER_INPUT` for a metric of another use case or one that is neither good nor bad.
 */
export async function bestRunOf({
  gate,
  reader,
  useCase,
  metric = useCase.metrics[0] as string,
  status,
}: {
  gate: TrackingGate
  reader: RunReader
  useCase: UseCase
  metric?: string | undefined
  status: readonly RunStatus[]
}): Promise<Run | null> {
  const ofBatch = batchMetricNames(useCase.task)
  const names = [...new Set<string>([...useCase.metrics, ...ofBatch])]
  const known = [...names, ...ofBatch.map(name => VALIDATION_PREFIX + name)]
  if (!known.includes(metric) || directionOf(metric) === 'NONE') {
    const wanted = `one of ${names.filter(name => directionOf(name) !== 'NONE').join(', ')} wanted`
    throw new CodedError('BAD_USER_INPUT', `metric: "${metric.slice(0, 80)}" given, ${wanted}.`)
  }
  const direction = directionOf(metric) as Exclude<ReturnType<typeof directionOf>, 'NONE'>
  const experiment = await reader.experimentOf(useCase)
  if (!experiment) return null
  return gate.ask(tracking => bestRun(tracking, { experimentId: experiment.id, metric, direction, status }))
}

const directionOf = (name: string) => metricInfoOf(name)?.direction ?? 'NONE'
