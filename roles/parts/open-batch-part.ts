import type { Registry } from 'prom-client'
import type { Adapters, LakePlace } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import { openBatch } from '#subgraphs/batch/open-batch.ts'
import { startTrainingProcess } from '#subgraphs/batch/jobs/training-process.ts'
import { createBatchSubgraph } from '#subgraphs/batch/subgraph.ts'
import type { Subgraph } from '#subgraphs/serve.ts'
import type { ServiceProbe } from '#subgraphs/service-status.ts'
import { useCases } from '#use-cases/index.ts'
import type { TrainingStart } from './training-process.ts'

export interface BatchPart extends AsyncDisposable {
  subgraph: Subgraph
  service: ServiceProbe
}

const ENTRY = new URL('./training-process.ts', import.meta.url)
/** Whoever answers queries comes first. */
const NICENESS = 5

/** The queue of training jobs, the models that they left, and the subgraph of both. */
export async function openBatchPart({
  adapters: { cache, control, tracking, lake, directory },
  engines,
  instance,
  settings: { concurrency, threads, memoryMb, engine, python },
  registry,
  logger,
}: {
  adapters: Adapters<'cache' | 'control' | 'tracking' | 'lake'>
  engines: RoleConfig['engines']
  instance: string
  settings: RoleConfig['batch']
  registry: Registry
  logger: GatewayLogger
}): Promise<BatchPart> {
  const place: LakePlace = engines.lake ?? { directory: await directory.folder('lake') }
  const services = await openBatch({
    useCases,
    cache,
    control,
    tracking,
    lake,
    instance,
    concurrency,
    registry,
    hasCatboost: engine === 'catboost',
    start: ({ job, onUpdate }) =>
      startTrainingProcess<TrainingStart>({
        entry: ENTRY,
        start: {
          type: 'start',
          spec: job.spec,
          useCase: job.spec.useCase,
          lake: place,
          threads,
          python: engine === 'catboost' ? python : null,
        },
        onUpdate,
        // Rows come as many short-lived objects, for which a large young generation would only be kept.
        execArgv: ['--max-semi-space-size=4'],
        limits: { niceness: NICENESS, ...(memoryMb !== undefined && { memoryMb }) },
      }),
    notice: (level, message) => logger[level](message),
  })
  return {
    subgraph: createBatchSubgraph(services) as Subgraph,
    service() {
      const jobs = services.jobs.list().filter(({ endedAt }) => endedAt === null)
      const waiting = jobs.filter(({ state }) => state === 'QUEUED').length
      const message = jobs.length === 0 ? null : `${jobs.length - waiting} jobs train, ${waiting} wait.`
      return { state: 'UP', message }
    },
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  }
}
