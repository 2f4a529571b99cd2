import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ExecutionResult, graphql } from 'graphql'
import { Registry } from 'prom-client'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { openSqlEngine } from '#adapters/sql-engine/duckdb.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases as declared } from '#use-cases/index.ts'
import { testRandom, testSettings } from '#use-cases/test-sources.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Services } from './context.ts'
import { openSql, type SqlOptions } from './open-sql.ts'
import { createSqlSubgraph } from './subgraph.ts'
import { type LakeTableKind, lakeTablesOf } from './tables/lake-tables.ts'

export interface Answer<T> {
  /** Empty where nothing could be answered. */
  data: T
  errors: { path: string; code: unknown; message: string; extensions: Record<string, unknown> }[]
}

export interface TestGraph extends AsyncDisposable {
  services: Services
  lake: Lake
  /** For what a test opens itself. */
  workDirectory: string
  log: EventLog
  registry: Registry
  notices: string[]
  /** Appends events of a use case, a prediction of each by session `s1`, and, where the task has labels, an outcome of each. */
  produce(useCase: string, count: number): Promise<void>
  /** Puts what the log has beyond a use case's tables into them. */
  sink(useCase: string): Promise<void>
  ask<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<Answer<T>>
}

/** The SQL subgraph over a lake and an engine in a folder of its own. */
export async function openTestGraph(
  options: Partial<SqlOptions> & { useCases?: readonly UseCase[] } = {},
): Promise<TestGraph> {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'sql-'))
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const useCases: readonly UseCase[] = options.useCases ?? declared
  const log = opened.use(createMemoryEventLog())
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const objects = opened.use(await openFileObjects({ directory: join(folder, 'lake') }))
  const lake = opened.use(await openDeltaLake({ objects, workDirectory: join(folder, 'work') }))
  const engine = opened.use(await openSqlEngine({ workDirectory: join(folder, 'engine'), threads: 1 }))
  const registry = new Registry()
  const notices: string[] = []
  const services = opened.use(
    await openSql({
      useCases,
      log,
      lake,
      engine,
      workDirectory: folder,
      registry,
      notice: (level, message) => notices.push(`${level}: ${message}`),
      ...options,
    }),
  )
  const { schema, createContext } = createSqlSubgraph(services)
  const sequences = new Map<string, number>()
  const owned = opened.move()

  return {
    services,
    lake,
    workDirectory: folder,
    log,
    registry,
    notices,
    async produce(id, count) {
      const useCase = useCases.find(each => each.id === id) as UseCase
      const topics = topicsOf(useCase)
      const generator = useCase.generate(
        testSettings({ mode: 'parity', random: testRandom(1 + (sequences.get(id) ?? 0)) }),
      )
      const events: Record<string, unknown>[] = []
      while (events.length < count) {
        const item = generator.next()
        if (item.kind === 'event') events.push(item.record)
      }
      const positions = await log.append(
        topics.events,
        events.map(event => ({ key: String(event[useCase.key]), value: JSON.stringify(event) })),
      )
      const from = sequences.get(id) ?? 0
      sequences.set(id, from + count)
      const predictions = events.map((event, i) => {
        const { partition, offset } = positions[i] as { partition: number; offset: number }
        return {
          v: 1,
          kind: 'prediction',
          useCase: id,
          session: 's1',
          seq: from + i,
          partition,
          offset,
          labels: [0, 0, 0],
          at: Date.now(),
          eventTime: Date.parse(String(event[useCase.time])),
          latencyMs: 2,
          eventId: event[useCase.eventId],
          score: (i % 10) / 10,
          modelVersion: i,
          detail: {
            flagged: i % 10 > 5,
            threshold: 0.5,
            cluster: i % 4,
            group: `g${i % 5}`,
            groupEvents: i,
          },
          event,
        }
      })
      await log.append(
        topics.predictions,
        predictions.map(each => ({ key: 's1', value: JSON.stringify(each) })),
      )
      if (!useCase.label) return
      const rows = predictions.map(({ seq }) => [seq, seq % 2, 0.3])
      await log.append(topics.outcomes, [
        { key: 's1', value: JSON.stringify({ v: 1, session: 's1', from, rows }) },
      ])
    },
    async sink(id) {
      const tables = lakeTablesOf(useCases.find(each => each.id === id) as UseCase)
      for (const kind of ['events', 'predictions', 'outcomes'] satisfies LakeTableKind[]) {
        const { spec, topic, rowOf } = tables[kind]
        const table = await lake.ensureTable(spec)
        const { transactions } = await table.snapshot()
        const appId = (partition: number) => `sink:${topic}:${partition}`
        const last = [0, 1, 2].map(partition => transactions.get(appId(partition)) ?? -1)
        const rows: Uint8Array[] = []
        const reached = new Map<number, number>()
        for await (const { records } of log.read(topic, { from: last.map(offset => offset + 1) })) {
          for (const record of records) {
            const row = rowOf(record)
            if (row) rows.push(row)
            reached.set(record.partition, record.offset)
          }
        }
        if (rows.length === 0) continue
        const rowCount = Buffer.concat(rows).toString().trimEnd().split('\n').length
        await table.append({
          rows,
          rowCount,
          transactions: [...reached].map(([partition, version]) => ({
            appId: appId(partition),
            version,
            expected: transactions.get(appId(partition)) ?? null,
          })),
        })
      }
    },
    async ask<T>(source: string, variableValues: Record<string, unknown> = {}, signal?: AbortSignal) {
      const result: ExecutionResult = await graphql({
        schema,
        source,
        variableValues,
        contextValue: await createContext({ ...(signal && { signal }) }),
      })
      const errors = (result.errors ?? []).map(({ path, originalError, message, extensions }) => ({
        path: (path ?? []).join('.'),
        code: extensions['code'] ?? (originalError as { code?: string } | undefined)?.code,
        message,
        extensions: { ...extensions },
      }))
      return { data: JSON.parse(JSON.stringify(result.data ?? {})) as T, errors }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
