import type { Registry } from 'prom-client'
import { type Adapters } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import type { Subgraph } from '#subgraphs/serve.ts'
import type { ServiceProbe } from '#subgraphs/service-status.ts'
import { openSql } from '#subgraphs/sql/open-sql.ts'
import { createSqlSubgraph } from '#subgraphs/sql/subgraph.ts'
import { useCases } from '#use-cases/index.ts'

export interface SqlPart extends AsyncDisposable {
  subgraph: Subgraph
  service: ServiceProbe
}

/** SQL over the lake, and the subgraph of it. */
export async function openSqlPart({
  adapters: { log, lake, sql: engine, directory },
  instance,
  settings: { timeoutMs },
  registry,
  logger,
}: {
  adapters: Adapters<'log' | 'lake' | 'sql'>
  instance: string
  settings: RoleConfig['sql']
  registry: Registry
  logger: GatewayLogger
}): Promise<SqlPart> {
  const services = await openSql({
    useCases,
    log,
    lake,
    engine,
    workDirectory: await directory.folder('tmp'),
    instance,
    registry,
    notice: (level, message) => logger[level](message),
    ...(timeoutMs !== undefined && { maxTimeoutMs: timeoutMs }),
  })
  return {
    subgraph: createSqlSubgraph(services) as Subgraph,
    service() {
      const { running, queued } = engine.status()
      return {
        state: 'UP',
        message: running + queued === 0 ? null : `${running} statements run, ${queued} wait.`,
      }
    },
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  }
}
