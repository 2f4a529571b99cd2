import { randomUUID } from 'node:crypto'
import { openAdapters } from '#adapters/open.ts'
import type { GatewayLogger as Logger } from '#gateway/logger.ts'
import { localSubgraph } from '#gateway/subgraphs/local-subgraph.ts'
import { openBatchPart } from '#roles/parts/open-batch-part.ts'
import { learnerStatus } from '#roles/parts/learner-status.ts'
import { openIncrementalPart } from '#roles/parts/open-incremental-part.ts'
import { openSinkPart } from '#roles/parts/open-sink-part.ts'
import { openSqlPart } from '#roles/parts/open-sql-part.ts'
import { prepareGenerators } from '#roles/parts/prepare-generators.ts'
import { problemsOfOptions } from '#roles/parts/problems-of-options.ts'
import { createProcessRegistry } from '#roles/parts/process-registry.ts'
import { SOFTWARE, SOFTWARE_VERSION } from '#roles/parts/software-version.ts'
import { startGateway } from '#roles/parts/start-gateway.ts'
import type { ProducerControl } from '#subgraphs/incremental/producer-control.ts'
import type { Sessions } from '#subgraphs/incremental/session/sessions-api.ts'
import { openObservability } from '#subgraphs/observability/open-observability.ts'
import { createObservabilitySubgraph } from '#subgraphs/observability/subgraph.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { type Config, ConfigError } from './config.ts'

export type { Logger }

export interface Platform extends AsyncDisposable {
  /** Of the gateway, without a path. */
  url: string
  sessions: Sessions
  useCases: readonly UseCase[]
  producers: ProducerControl
  /** What stands behind each port, for people. */
  engines: Readonly<Record<'log' | 'cache' | 'tracking' | 'lake', string>>
  /** Drains the gateway, takes last checkpoints, closes the log. */
  close(): Promise<void>
}

const DRAIN_MS = 2000

/**
 * The whole platform in this process: adapters, sessions, subgraphs, gateway, generators.
 * @throws ConfigError for generator options that no use case knows, before anything is open.
 */
export async function startPlatform(
  config: Config,
  { logger, onStage = () => {} }: { logger: Logger; onStage?: (stage: string) => void },
): Promise<Platform> {
  const problems = problemsOfOptions(config)
  if (problems.length > 0) throw new ConfigError(problems)
  await using opened = new AsyncDisposableStack()
  const registry = createProcessRegistry()
  const instance = `all-${randomUUID()}`
  const { mode, rate, seed, options, labelSpeed, given, engines } = config
  const adapters = opened.use(
    await openAdapters({
      dataDir: config.dataDir,
      ports: ['log', 'cache', 'tracking', 'control', 'lake', 'sql'],
      engines,
      sql: config.sql,
      clientId: instance,
      software: SOFTWARE,
      onNotice: (level, message) => logger[level](message),
      onRepair: repair => logger.warn('The log was cut back to its last whole record.', { ...repair }),
      onCorrupt: error => logger.error(error.message, { code: error.code }),
    }),
  )
  const { log, cache, tracking, control } = adapters
  onStage('log')

  // Ends after the sessions, whose last predictions it writes down.
  const sink = opened.use(await openSinkPart({ adapters, instance, limits: config.sink, registry, logger }))
  onStage('lake')

  const producers = lateProducers()
  const part = opened.use(
    await openIncrementalPart({
      adapters,
      instance,
      isShared: engines.kafka !== undefined && engines.mlflow !== undefined,
      seed,
      producers,
      lake: async () => adapters.lake,
      registry,
      logger,
    }),
  )
  const { sessions } = part.services
  const observability = opened.use(
    await openObservability({
      useCases,
      log,
      cache,
      tracking,
      role: 'all',
      instance,
      version: SOFTWARE_VERSION,
      notice: (level, message) => logger[level](message),
    }),
  )
  for (const { id } of useCases) {
    observability.services.register(`learner/${id}`, () => learnerStatus(sessions, id))
  }
  for (const [name, probe] of Object.entries(sink.services)) observability.services.register(name, probe)
  const sqlPart = opened.use(
    await openSqlPart({ adapters, instance, settings: config.sql, registry, logger }),
  )
  observability.services.register('sql', sqlPart.service)
  const batchPart = opened.use(
    await openBatchPart({ adapters, engines, instance, settings: config.batch, registry, logger }),
  )
  observability.services.register('batch', batchPart.service)
  onStage('subgraphs')

  let ready = false
  const subgraphs = [
    part.subgraph,
    createObservabilitySubgraph(observability),
    sqlPart.subgraph,
    batchPart.subgraph,
  ]
  const gateway = await startGateway({
    subgraphs: Object.fromEntries(
      subgraphs.map(({ name, schema, createContext, downloads }) => [
        name,
        localSubgraph({ schema, context: createContext as never, ...(downloads && { downloads }) }),
      ]),
    ),
    host: config.host,
    port: config.port,
    portIsExplicit: config.portIsExplicit,
    probePort: config.probePort,
    accessTokens: config.access.tokens,
    // Ready means that requests are answered in full.
    async readiness() {
      const checks = part.checks()
      // A store that is away keeps the lake from being written, and nobody from what is live.
      return {
        ready: ready && Object.values(checks).every(({ ok }) => ok),
        checks: { ...checks, sink: sink.check() },
      }
    },
    registry,
    logger,
  })
  opened.defer(() => gateway.close({ drainMs: DRAIN_MS }))
  observability.services.register('gateway', () => ({ state: 'UP', message: gateway.url }), gateway.url)
  observability.services.register('event-log', () => ({ state: 'UP', message: adapters.engines.log }))
  observability.services.register('tracking', () => part.tracking.report())
  await adapters.directory.setUrl(gateway.url)
  onStage('gateway')

  await sessions.restore()
  onStage('sessions')
  if (config.producers) {
    const settings = { mode, rate, seed, options, labelSpeed }
    const host = await prepareGenerators({ log, control, settings, given, registry }).open()
    producers.attach(opened.use(host))
    onStage('producers')
  }
  await part.recovered()
  ready = true

  const owned = opened.move()
  let closing: Promise<void> | undefined
  const close = () => (closing ??= owned.disposeAsync())
  return {
    url: gateway.url,
    useCases,
    sessions,
    producers,
    engines: adapters.engines,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The graph is built before the generators are; until they are attached there are none. */
function lateProducers(): ProducerControl & { attach(control: ProducerControl): void } {
  let control: ProducerControl | undefined
  const required = () => {
    if (control) return control
    throw Object.assign(new Error('No generators run in this deployment.'), { code: 'PRODUCER_NOT_FOUND' })
  }
  return {
    attach(attached) {
      control = attached
    },
    status: useCase => control?.status(useCase),
    change: async (useCase, change) => required().change(useCase, change),
    drift: async (useCase, drift) => required().drift(useCase, drift),
  }
}
