import { randomUUID } from 'node:crypto'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Services } from './context.ts'
import { openOverview } from './overview.ts'
import { createRates } from './rates.ts'
import { openRemoteServices } from './remote-services.ts'
import { createServiceRegistry } from './service-registry.ts'
import { createRunReader } from './tracking/run-reader.ts'
import { createTrackingGate } from './tracking/tracking-gate.ts'

export interface ObservabilityOptions {
  useCases: readonly UseCase[]
  log: EventLog
  /** Where services of other processes are heard; null where there are none. */
  cache?: Cache | null
  /** Null where there is none; what is asked of runs is then an error. */
  tracking?: Tracking | null
  /** Of this process; `all` where it is the whole platform. */
  role?: string
  instance?: string
  version?: string
  notice?: (level: 'info' | 'warn', message: string) => void
}

/** Opens everything behind the observability subgraph. */
export async function openObservability({
  useCases,
  log,
  cache = null,
  tracking = null,
  role = 'all',
  instance = `${process.pid}-${randomUUID().slice(0, 8)}`,
  version = 'unknown',
  notice = () => {},
}: ObservabilityOptions): Promise<Services & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const known = new Set((await log.topics()).map(({ name }) => name))
  const topics = useCases.flatMap(useCase => Object.values(topicsOf(useCase))).filter(name => known.has(name))
  const rates = opened.use(createRates({ log, topics }))
  const overview = opened.use(await openOverview({ useCases, log, rates }))
  const remote = cache && opened.use(await openRemoteServices({ cache }))
  const services = opened.use(createServiceRegistry({ role, instance, version, remote }))
  const gate = createTrackingGate({ tracking, notice })
  const owned = opened.move()
  return {
    useCases,
    log,
    rates,
    overview,
    services,
    gate,
    reader: createRunReader({ gate }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
