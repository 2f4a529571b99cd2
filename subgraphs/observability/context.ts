import DataLoader from 'dataloader'
import type { EventLog, GroupLag } from '#ports/event-log.ts'
import type { Run } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCaseById } from '#use-cases/index.ts'
import { learnerLag } from './learner-lag.ts'
import type { Overview } from './overview.ts'
import type { Rates } from './rates.ts'
import type { ServiceRegistry } from './service-registry.ts'
import type { RunReader } from './tracking/run-reader.ts'
import type { TrackingGate } from './tracking/tracking-gate.ts'

export interface Services {
  useCases: readonly UseCase[]
  log: EventLog
  rates: Rates
  overview: Overview
  services: ServiceRegistry
  gate: TrackingGate
  reader: RunReader
}

export interface Context extends Services {
  signal?: AbortSignal | undefined
  /** By use case id. */
  lagOf: DataLoader<string, GroupLag>
  runById: DataLoader<string, Run | null>
}

export function createContext(services: Services, signal: AbortSignal | undefined): Context {
  return {
    ...services,
    signal,
    lagOf: new DataLoader(ids => Promise.all(ids.map(id => learnerLag(services.log, useCaseById(id))))),
    // One that fails must not fail its neighbours.
    runById: new DataLoader(ids =>
      Promise.all(ids.map(id => services.reader.run(id).catch((error: Error) => error))),
    ),
  }
}
