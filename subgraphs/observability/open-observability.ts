import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Services } from './context.ts'
import { openOverview } from './overview.ts'
import { createRates } from './rates.ts'
import { createServiceRegistry } from './service-registry.ts'

/** Opens everything behind the observability subgraph. */
export async function openObservability({
  useCases,
  log,
}: {
  useCases: readonly UseCase[]
  log: EventLog
}): Promise<Services & Disposable> {
  const stack = new DisposableStack()
  const known = new Set((await log.topics()).map(({ name }) => name))
  const topics = useCases.flatMap(useCase => Object.values(topicsOf(useCase))).filter(name => known.has(name))
  const rates = stack.use(createRates({ log, topics }))
  const overview = stack.use(await openOverview({ useCases, log, rates }))
  return {
    useCases,
    log,
    rates,
    overview,
    services: createServiceRegistry(),
    [Symbol.dispose]: () => stack.dispose(),
  }
}
