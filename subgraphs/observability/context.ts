import DataLoader from 'dataloader'
import type { EventLog, GroupLag } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCaseById } from '#use-cases/index.ts'
import { learnerLag } from './learner-lag.ts'
import type { Overview } from './overview.ts'
import type { Rates } from './rates.ts'
import type { ServiceRegistry } from './service-registry.ts'

export interface Services {
  useCases: readonly UseCase[]
  log: EventLog
  rates: Rates
  overview: Overview
  services: ServiceRegistry
}

export interface Context extends Services {
  signal?: AbortSignal | undefined
  /** By use case id. */
  lagOf: DataLoader<string, GroupLag>
}

export function createContext(services: Services, signal: AbortSignal | undefined): Context {
  return {
    ...services,
    signal,
    lagOf: new DataLoader(ids => Promise.all(ids.map(id => learnerLag(services.log, useCaseById(id))))),
  }
}
