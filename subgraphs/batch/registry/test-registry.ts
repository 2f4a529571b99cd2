import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import { PortError } from '#ports/port-error.ts'
import type { RunStatus, Tracking } from '#ports/tracking.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import type { JobSpec } from '../jobs/job.ts'
import { resultOf, specOf } from '../jobs/test-result.ts'
import { openRegistry } from './open-registry.ts'

export interface NewTestRun {
  useCase?: string
  metrics?: Record<string, number>
  status?: RunStatus
  spec?: Partial<JobSpec>
  tags?: Record<string, string>
  /** Files that take the place of those that a training leaves; null for none. */
  files?: Record<string, Uint8Array | null>
}

/** Registries that share a log, a cache and tracking, and runs as jobs leave them. */
export async function openBench() {
  const log = createMemoryEventLog()
  const cache = createMemoryCache()
  const folder = await mkdtemp(join(tmpdir(), 'batch-registry-'))
  const store = await openSqliteTracking({
    database: join(folder, 'mlflow.db'),
    artifactsDir: join(folder, 'artifacts'),
  })
  const opened = new AsyncDisposableStack()
  const faults = { models: false }
  const models = new Proxy(store.models, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>
      return async (...given: unknown[]) => {
        if (faults.models) throw new PortError('ENGINE_UNREACHABLE', 'It is away.')
        return member(...given)
      }
    },
  })
  const tracking: Tracking = { ...store, models }

  return {
    tracking,
    faults,
    notices: [] as string[],
    async open(instance = 'one') {
      const control = opened.use(await openControl(log))
      const registry = opened.use(
        await openRegistry({
          useCases: useCases as readonly UseCase[],
          control,
          cache,
          tracking,
          instance,
          retryMs: 2,
          notice: (level, message) => void this.notices.push(`${level}: ${message}`),
        }),
      )
      return { ...registry, control }
    },
    /** Gives the id of the run. */
    async run({
      useCase = 'TFD',
      metrics = {},
      status = 'FINISHED',
      spec: change = {},
      tags = {},
      files = {},
    }: NewTestRun = {}): Promise<string> {
      const spec = specOf(useCase, change)
      const result = resultOf(spec, metrics)
      const title = useCases.find(({ id }) => id === useCase)?.title ?? useCase
      const { id: experimentId } = await store.ensureExperiment(title)
      const { id } = await store.createRun({
        experimentId,
        name: spec.learner,
        tags: {
          [RUN_TAGS.kind]: 'batch',
          [RUN_TAGS.useCase]: useCase,
          [RUN_TAGS.servable]: String(!spec.includeDebugFeatures),
          [RUN_TAGS.modelHash]: result.manifest.modelHash,
          ...tags,
        },
      })
      const points = Object.entries(result.metrics).map(([name, value]) => ({ name, value, step: 1, at: 1 }))
      await store.log(id, { metrics: points })
      for (const [path, content] of [...result.files, ...Object.entries(files)]) {
        if (content) await store.artifacts.write(id, path, content)
        else await store.artifacts.delete(id, path)
      }
      await store.updateRun(id, { status })
      return id
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync()
      await store[Symbol.asyncDispose]()
      await cache[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
