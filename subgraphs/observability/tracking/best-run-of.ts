import { metricCatalogue } from '#learn/metrics/catalogue.ts'
import { bestRun } from '#ports/best-run.ts'
import type { Run, RunStatus } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { RunReader } from './run-reader.ts'
import type { TrackingGate } from './tracking-gate.ts'

/**
 * The best run of a use case by one of its metrics, by default the first that it declares, in that metric's direction.
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
  const comparable = useCase.metrics.filter(name => directionOf(name) !== 'NONE')
  if (!comparable.includes(metric)) {
    const wanted = `one of ${comparable.join(', ')} wanted`
    throw new CodedError('BAD_USER_INPUT', `metric: "${metric.slice(0, 80)}" given, ${wanted}.`)
  }
  const direction = directionOf(metric) as Exclude<ReturnType<typeof directionOf>, 'NONE'>
  const experiment = await reader.experimentOf(useCase)
  if (!experiment) return null
  return gate.ask(tracking => bestRun(tracking, { experimentId: experiment.id, metric, direction, status }))
}

function directionOf(name: string) {
  return metricCatalogue[name as keyof typeof metricCatalogue].direction
}
