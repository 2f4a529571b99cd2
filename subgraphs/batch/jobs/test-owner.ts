/** A whole process that works on jobs, on engines in the folder that it is given; a test kills it. */
import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { openSegmentEventLog } from '#adapters/event-log/segments.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { type JobsOptions, openJobs } from './open-jobs.ts'
import { specOf } from './test-result.ts'
import { startTrainingProcess } from './training-process.ts'

/** The engines of a data directory, which one process at a time may hold. */
export async function openEngines(folder: string) {
  await using opened = new AsyncDisposableStack()
  const log = opened.use(await openSegmentEventLog({ directory: join(folder, 'log') }))
  const tracking = opened.use(
    await openSqliteTracking({
      database: join(folder, 'mlflow.db'),
      artifactsDir: join(folder, 'artifacts'),
    }),
  )
  const cache = opened.use(createMemoryCache())
  const control = opened.use(await openControl(log))
  const owned = opened.move()
  return {
    useCases: useCases as readonly UseCase[],
    tracking,
    cache,
    control,
    notice: () => {},
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  } satisfies Partial<JobsOptions> & AsyncDisposable
}

async function own(folder: string): Promise<void> {
  const engines = await openEngines(folder)
  const jobs = await openJobs({
    ...engines,
    instance: 'owner',
    start({ job, onUpdate }) {
      const entry = new URL('./test-training.ts', import.meta.url)
      const start = { type: 'start', spec: job.spec, useCase: job.spec.useCase } as const
      const training = startTrainingProcess({ entry, start, onUpdate })
      process.send?.({ id: job.id, run: job.run, training: training.pid })
      return training
    },
  })
  const { id } = await jobs.submit({ spec: specOf('TFD', { parameters: { until: 'TRAINING' } }) })
  await jobs.submit({ spec: specOf('ETA') })
  for await (const { state } of jobs.updates(id)) if (state === 'TRAINING') process.send?.({ state })
}

const [, , folder] = process.argv
if (process.send && folder) void own(folder)
