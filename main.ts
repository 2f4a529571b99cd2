import { readFileSync } from 'node:fs'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { openAdapters } from '#adapters/open.ts'
import { createGateway } from '#gateway/create-gateway.ts'
import type { GatewayLogger as Logger } from '#gateway/logger.ts'
import { localSubgraph } from '#gateway/subgraphs/local-subgraph.ts'
import { createProducerHost, type RememberedProducer } from '#producers/producer-host.ts'
import { createProducerMetrics } from '#producers/producer-metrics.ts'
import { playgroundTabs } from '#schema/playground-tabs.ts'
import { createLearnerMetrics } from '#subgraphs/incremental/learner-metrics.ts'
import { openIncremental } from '#subgraphs/incremental/open-incremental.ts'
import type { ProducerControl } from '#subgraphs/incremental/producer-control.ts'
import type { Sessions } from '#subgraphs/incremental/session/sessions-api.ts'
import { createIncrementalSubgraph } from '#subgraphs/incremental/subgraph.ts'
import { openObservability } from '#subgraphs/observability/open-observability.ts'
import { createObservabilitySubgraph } from '#subgraphs/observability/subgraph.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { resolveOptions } from '#use-cases/options.ts'
import { type Config, ConfigError } from './config.ts'

export type { Logger }

export interface Platform extends AsyncDisposable {
  /** Of the gateway, without a path. */
  url: string
  sessions: Sessions
  useCases: readonly UseCase[]
  producers: ProducerControl
  /** Drains the gateway, takes last checkpoints, closes the log. */
  close(): Promise<void>
}

const SUPERGRAPH = new URL('./schema/supergraph.generated.graphql', import.meta.url)
const DRAIN_MS = 2000
/** Ten thousand events, the most that `ingest` takes at once, are up to 7 MB of JSON. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024
/** Streams whose first message tells how things are now: who joins one that is under way would not get it. */
const OPENING_WITH_STATE = new Set(['overview', 'metrics', 'trainingSession'])

/** The whole platform in this process: adapters, sessions, subgraphs, gateway, generators. */
export async function startPlatform(
  config: Config,
  { logger, onStage = () => {} }: { logger: Logger; onStage?: (stage: string) => void },
): Promise<Platform> {
  checkOptions(config)
  await using opened = new AsyncDisposableStack()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const adapters = opened.use(
    await openAdapters({
      dataDir: config.dataDir,
      onRepair: repair => logger.warn('The log was cut back to its last whole record.', { ...repair }),
      onCorrupt: error => logger.error(error.message, { code: error.code }),
    }),
  )
  const { log, cache, checkpointsDir } = adapters
  onStage('log')

  const producers = lateProducers()
  const notice = (level: 'info' | 'warn' | 'error', message: string) => logger[level](message)
  const incremental = opened.use(
    await openIncremental({ useCases, log, cache, checkpointsDir, seed: config.seed, producers, notice }),
  )
  const { sessions } = incremental.services
  createLearnerMetrics({ registry, useCases, sessions })
  const observability = opened.use(await openObservability({ useCases, log }))
  for (const { id } of useCases) {
    observability.services.register(`learner/${id}`, () => learnerStatus(sessions, id))
  }
  onStage('subgraphs')

  let ready = false
  const subgraphs = [
    createIncrementalSubgraph(incremental.services),
    createObservabilitySubgraph(observability),
  ]
  const gateway = await createGateway({
    supergraphSdl: readFileSync(SUPERGRAPH, 'utf8'),
    subgraphs: Object.fromEntries(
      subgraphs.map(({ name, schema, createContext }) => [
        name,
        localSubgraph({ schema, context: createContext as never }),
      ]),
    ),
    host: config.host,
    port: config.port,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    portIsExplicit: config.portIsExplicit,
    playground: { tabs: playgroundTabs() },
    readiness: () => Promise.resolve(readinessOf(ready, sessions)),
    metrics: registry,
    logger,
    share: ({ field, args }) => !OPENING_WITH_STATE.has(field) && !args['resumeFrom'],
  })
  opened.defer(() => gateway.close({ drainMs: DRAIN_MS }))
  observability.services.register('gateway', () => ({ state: 'UP', message: gateway.url }))
  observability.services.register('event-log', () => ({ state: 'UP', message: adapters.directory.path }))
  await adapters.directory.setUrl(gateway.url)
  onStage('gateway')

  await sessions.restore()
  onStage('sessions')
  if (config.producers) {
    const metrics = createProducerMetrics({ registry, statuses: () => host.statuses() })
    const host = opened.use(
      createProducerHost({
        useCases,
        log,
        settings: {
          mode: config.mode,
          rate: config.rate,
          seed: config.seed,
          options: config.options,
          labelSpeed: config.labelSpeed,
        },
        given: config.given,
        recall: id => incremental.control.get<RememberedProducer>(`producer/${id}`),
        remember: (id, state) => incremental.control.put(`producer/${id}`, state),
        ...metrics,
      }),
    )
    producers.attach(host)
    await host.start()
    onStage('producers')
  }
  // Sessions with a long order log to replay are not ready before they are through it.
  await Promise.allSettled(useCases.map(({ id }) => sessions.runner(id)?.live))
  ready = true

  const owned = opened.move()
  let closing: Promise<void> | undefined
  const close = () => (closing ??= owned.disposeAsync())
  return { url: gateway.url, useCases, sessions, producers, close, [Symbol.asyncDispose]: close }
}

/**
 * Each use case takes the generator options that it knows. What none knows, or can't read, is told before anything is open.
 * @throws ConfigError
 */
function checkOptions({ options, mode }: Config): void {
  const problems = Object.entries(options).flatMap(([name, value]) => {
    const takers = useCases.filter(useCase => Object.hasOwn(useCase.options, name.replaceAll('_', '-')))
    if (takers.length === 0) {
      const known = new Set(useCases.flatMap(useCase => Object.keys(useCase.options)))
      return [`--option: "${name}" given, one of ${[...known].join(', ')} wanted.`]
    }
    try {
      for (const taker of takers) resolveOptions(taker.options, mode, { [name]: value })
      return []
    } catch (error) {
      return [`--option: ${(error as Error).message}`]
    }
  })
  if (problems.length > 0) throw new ConfigError(problems)
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
    change: (useCase, change) => required().change(useCase, change),
    drift: (useCase, drift) => required().drift(useCase, drift),
  }
}

function learnerStatus(
  sessions: Sessions,
  useCase: string,
): { state: 'UP' | 'DEGRADED' | 'DOWN'; message: string | null } {
  const record = sessions.current(useCase)?.record
  if (!record) return { state: 'DOWN', message: 'No session.' }
  const message = record.reason ? `${record.state}: ${record.reason}` : record.state
  if (record.state === 'RUNNING') return { state: 'UP', message }
  return { state: record.state === 'FAILED' ? 'DOWN' : 'DEGRADED', message }
}

/** Ready means that requests are answered in full; a session that a person stopped does not make it unready. */
function readinessOf(ready: boolean, sessions: Sessions) {
  const checks: Record<string, { ok: boolean; detail: string }> = {}
  for (const { id } of useCases) {
    const state = sessions.current(id)?.record.state ?? 'STARTING'
    checks[`session ${id}`] = { ok: state !== 'STARTING', detail: state }
  }
  return { ready: ready && Object.values(checks).every(({ ok }) => ok), checks }
}
