import type { Registry } from 'prom-client'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { type LakeTableSpec, lakeTablesOf } from '../tables/lake-tables.ts'
import { createByteBudget } from './byte-budget.ts'
import { createMaintenance, type MaintenancePlan } from './maintenance.ts'
import { type LeaseTiming, workUnderLease } from './sink-leases.ts'
import { BUDGET_BYTES, COMMITS_AT_ONCE, SINK_LIMITS, type SinkLimits } from './sink-limits.ts'
import { createSinkMetrics } from './sink-metrics.ts'
import type { SinkStatus, TableStatus } from './sink-status.ts'
import { createSlots } from './slots.ts'
import { followLag } from './follow-lag.ts'
import { createTableSizes } from './table-sizes.ts'
import { type Notice, startTopicIngestion, type TopicIngestion } from './topic-ingestion.ts'

export interface Sink extends AsyncDisposable {
  status(): SinkStatus
  /** Resolves once everything that the log held at the call is in the tables, as far as this process writes them. While the lake or
   * the log is away it waits. */
  flush(): Promise<void>
}

export interface SinkOptions {
  log: EventLog
  lake: Lake
  cache: Cache
  useCases: readonly UseCase[]
  /** Names this process among those that could do the same. */
  instance: string
  limits?: Partial<SinkLimits>
  registry?: Registry | null
  logger: Record<'info' | 'warn' | 'error', (message: string) => void>
  timing?: LeaseTiming
  maintenance?: MaintenancePlan
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/**
 * Fills the lake from the log: events, predictions, outcomes and labels of all use cases, each record exactly once, whatever dies
 * when. A table's own transactions say where it stands; a lease per use case keeps other processes from trying the same.
 */
export async function openSink({
  log,
  lake,
  cache,
  useCases,
  instance,
  limits: given = {},
  registry = null,
  logger,
  timing,
  maintenance: plan,
}: SinkOptions): Promise<Sink> {
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const limits = { ...SINK_LIMITS, ...given }
  const notice: Notice = (level, message) => logger[level](message)
  const closing = new AbortController()
  const budget = createByteBudget(Math.max(BUDGET_BYTES, limits.bytes * 2))
  const slots = createSlots(COMMITS_AT_ONCE)
  const statuses = new Map<string, Mutable<TableStatus>>()
  const ingestions = new Map<string, TopicIngestion>()
  const metrics = createSinkMetrics(registry, () => [...statuses.values()])
  const sizes = createTableSizes({ tell: metrics.size })
  const maintenance = createMaintenance({
    ...(plan && { plan }),
    onProblem: (table, job, { message }) => notice('warn', `A ${job} of table ${table} failed: ${message}`),
  })

  async function fill(useCase: UseCase, lost: AbortSignal): Promise<void> {
    const { quarantine, ...filled } = lakeTablesOf(useCase)
    const quarantineTurn = createSlots(1)
    const started = Object.values(filled).map(source => {
      const status = statuses.get(source.topic) as Mutable<TableStatus>
      status.state = 'STARTING'
      const openTargets = async () => ({
        rows: await lake.ensureTable(source.spec),
        quarantine: await lake.ensureTable(quarantine.spec),
        quarantineTurn,
      })
      let targets: Awaited<ReturnType<typeof openTargets>> | null = null
      const ingestion = startTopicIngestion({
        source,
        openTargets: async () => (targets = await openTargets()),
        status,
        context: {
          log,
          limits,
          budget,
          slots,
          notice,
          onCommit(table, _commit, { rowCount, quarantined }, lagSeconds) {
            metrics.committed(table, rowCount, lagSeconds)
            if (!targets) return
            maintenance.written(targets.rows)
            sizes.changed(targets.rows)
            if (quarantined === 0) return
            metrics.quarantined(table, quarantined)
            maintenance.written(targets.quarantine)
            sizes.changed(targets.quarantine)
          },
        },
      })
      ingestions.set(source.topic, ingestion)
      return ingestion
    })
    const onLost = () => {
      notice('info', `Another process writes the tables of ${useCase.id} now; this one stands by.`)
      for (const ingestion of started) ingestion.abort()
    }
    const onClosing = () => {
      for (const ingestion of started) ingestion.stop()
    }
    lost.addEventListener('abort', onLost, { once: true })
    closing.signal.addEventListener('abort', onClosing, { once: true })
    if (closing.signal.aborted) onClosing()
    await Promise.all(started.map(({ done }) => done))
    closing.signal.removeEventListener('abort', onClosing)
    for (const { topic } of Object.values(filled)) {
      ingestions.delete(topic)
      const status = statuses.get(topic)
      if (status && !closing.signal.aborted)
        Object.assign(status, { state: 'STANDBY', lag: null, problem: null })
    }
  }

  const sources = useCases.flatMap(useCase => {
    const { quarantine: _, ...filled } = lakeTablesOf(useCase)
    return Object.values(filled)
  })
  for (const source of sources) statuses.set(source.topic, standby(source))
  const answers = useCases.map(() => Promise.withResolvers<void>())
  const workers = useCases.map((useCase, index) =>
    workUnderLease({
      cache,
      name: `sink/${useCase.id}`,
      owner: instance,
      signal: closing.signal,
      work: lost => fill(useCase, lost),
      onAnswer: () => answers[index]?.resolve(),
      ...(timing && { timing }),
    }),
  )
  await Promise.all(answers.map(({ promise }) => promise))
  const lag = followLag({ log, statuses, positionsOf: topic => ingestions.get(topic)?.positions() ?? null })

  return {
    status: () => ({ instance, tables: [...statuses.values()].map(status => ({ ...status })) }),
    async flush() {
      await Promise.all([...ingestions.values()].map(ingestion => ingestion.flush()))
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      lag[Symbol.dispose]()
      await Promise.all(workers)
      await maintenance[Symbol.asyncDispose]()
    },
  }
}

function standby({ topic, useCase }: LakeTableSpec): Mutable<TableStatus> {
  return {
    table: topic,
    topic,
    useCase,
    state: 'STANDBY',
    version: null,
    lag: null,
    rows: 0,
    quarantined: 0,
    lastCommit: null,
    gaps: [],
    problem: null,
  }
}
