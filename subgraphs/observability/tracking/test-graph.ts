import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ExecutionResult, graphql } from 'graphql'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import type { NewRun, Run, Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { openObservability } from '../open-observability.ts'
import { createObservabilitySubgraph } from '../subgraph.ts'

export interface TestGraph extends AsyncDisposable {
  tracking: Tracking
  notices: string[]
  /** A run of a use case with the last values of its metrics. */
  run(useCase: string, metrics: Record<string, number>, run?: Partial<NewRun>): Promise<Run>
  ask(query: string): Promise<{ data: Record<string, unknown>; errors: { path: string; code: unknown }[] }>
}

/** The observability subgraph over a store in a folder of its own; `wrap` may put its hands on the store. */
export async function openTestGraph(
  wrap: (tracking: Tracking) => Tracking = each => each,
): Promise<TestGraph> {
  const folder = await mkdtemp(join(tmpdir(), 'runs-'))
  const tracking = await openSqliteTracking({
    database: join(folder, 'mlflow.db'),
    artifactsDir: join(folder, 'artifacts'),
  })
  const log = createMemoryEventLog()
  const declared = useCases as readonly UseCase[]
  await log.createTopics(declared.flatMap(each => Object.values(topicsOf(each)).map(name => ({ name }))))
  const notices: string[] = []
  const services = await openObservability({
    useCases: declared,
    log,
    tracking: wrap(tracking),
    notice: (level, message) => notices.push(`${level}: ${message}`),
  })
  const { schema, createContext } = createObservabilitySubgraph(services)
  let started = 0

  return {
    tracking,
    notices,
    async run(useCase, metrics, change = {}) {
      const { title } = declared.find(({ id }) => id === useCase) as UseCase
      const { id: experimentId } = await tracking.ensureExperiment(title)
      started += 1000
      const tags = { 'coelho.useCase': useCase, 'coelho.session': `session ${started}`, ...change.tags }
      const run = await tracking.createRun({
        experimentId,
        name: 'learner',
        startedAt: started,
        ...change,
        tags,
      })
      const points = Object.entries(metrics).map(([name, value]) => ({ name, value, step: 10, at: started }))
      await tracking.log(run.id, { metrics: points })
      return run
    },
    async ask(query) {
      const result: ExecutionResult = await graphql({
        schema,
        source: query,
        contextValue: await createContext({}),
      })
      const errors = (result.errors ?? []).map(({ path, originalError, message }) => ({
        path: (path ?? []).join('.'),
        code: (originalError as { code?: string } | undefined)?.code ?? message,
      }))
      return { data: JSON.parse(JSON.stringify(result.data ?? {})) as Record<string, unknown>, errors }
    },
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]()
      await tracking[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
