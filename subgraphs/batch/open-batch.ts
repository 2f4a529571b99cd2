import type { Registry as Metrics } from 'prom-client'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { Lake } from '#ports/lake.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { openChartWorkers } from './charts/open-chart-workers.ts'
import type { Services } from './context.ts'
import { createJobMetrics } from './job-metrics.ts'
import { openJobs } from './jobs/open-jobs.ts'
import type { StartTraining } from './jobs/job-worker.ts'
import { createModelLookup } from './models/model-lookup.ts'
import { createRunCharts } from './models/run-charts.ts'
import { openRegistry } from './registry/open-registry.ts'
import { createChampions } from './serving/champions.ts'
import { createResidentModels } from './serving/resident-models.ts'

export interface BatchOptions {
  useCases: readonly UseCase[]
  cache: Cache
  control: Control
  tracking: Tracking
  lake: Lake
  /** Names this process among those that share the queue. */
  instance: string
  /** Jobs that it trains at once. */
  concurrency?: number
  /** Whether jobs may ask for CatBoost. */
  hasCatboost?: boolean
  start: StartTraining
  registry?: Metrics
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}

/** Opens everything behind the batch subgraph. Nothing is loaded before it is first asked for. */
export async function openBatch({
  useCases,
  cache,
  control,
  tracking,
  lake,
  instance,
  concurrency = 1,
  hasCatboost = false,
  start,
  registry: metrics,
  notice,
}: BatchOptions): Promise<Services & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const registry = opened.use(await openRegistry({ useCases, control, cache, tracking, instance, notice }))
  const models = createResidentModels(tracking.artifacts, (run, { message }) =>
    notice('error', `The batch model of run ${run} can't be loaded: ${message}`),
  )
  const champions = opened.use(createChampions({ registry, models, notice }))
  const workers = opened.use(openChartWorkers())
  const charts = createRunCharts({ artifacts: tracking.artifacts, workers, notice })
  const jobs = opened.use(
    await openJobs({ useCases, control, cache, tracking, instance, concurrency, start, registry, notice }),
  )
  createJobMetrics({ jobs, useCases, metrics })
  const owned = opened.move()
  return {
    useCases,
    lake,
    tracking,
    jobs,
    registry,
    models,
    lookup: createModelLookup(tracking),
    champions,
    charts,
    problemOf: learner =>
      learner === 'catboost' && !hasCatboost
        ? 'This deployment has no CatBoost; BATCH_ENGINE=catboost and BATCH_PYTHON, a Python that has it, wanted.'
        : null,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
