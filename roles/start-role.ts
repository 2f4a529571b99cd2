import type { RoleConfig, RoleName } from '#config.ts'
import { ConfigError } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import { problemsOfOptions } from './parts/problems-of-options.ts'
import type { RunningRole, StartRole } from './running-role.ts'

/** Each role is loaded when it is asked for: a gateway takes no learner, and a generator no gateway. */
const STARTS: Readonly<Record<RoleName, () => Promise<StartRole>>> = {
  gateway: () => import('./gateway.ts').then(({ startGatewayRole }) => startGatewayRole),
  incremental: () => import('./incremental.ts').then(({ startIncrementalRole }) => startIncrementalRole),
  observability: () =>
    import('./observability.ts').then(({ startObservabilityRole }) => startObservabilityRole),
  producers: () => import('./producers.ts').then(({ startProducersRole }) => startProducersRole),
  sink: () => import('./sink.ts').then(({ startSinkRole }) => startSinkRole),
  sql: () => import('./sql.ts').then(({ startSqlRole }) => startSqlRole),
  batch: () => import('./batch.ts').then(({ startBatchRole }) => startBatchRole),
}

/**
 * Starts the role that the configuration names in this process.
 * @throws ConfigError for generator options that no use case knows, before anything is open.
 */
export async function startRole(config: RoleConfig, tools: { logger: GatewayLogger }): Promise<RunningRole> {
  const problems = problemsOfOptions(config.generators)
  if (problems.length > 0) throw new ConfigError(problems)
  const start = await STARTS[config.role]()
  return start(config, tools)
}
