import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import { PortError } from '#ports/port-error.ts'
import type { Run, Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { openRegistry, type Registry } from '../registry/open-registry.ts'
import type { JobRecord } from './job.ts'
import { isFinal } from './job-states.ts'
import { type Jobs, type JobsOptions, openJobs } from './open-jobs.ts'
import { createTrainings } from './test-trainings.ts'

/** What a process cannot reach. */
export interface Faults {
  control: boolean
  cache: boolean
  tracking: boolean
  /** Writes of files alone. */
  artifacts: boolean
}

/** A process that takes part in the queue. */
export interface Member extends AsyncDisposable {
  jobs: Jobs
  registry: Registry
  control: Control
  tracking: Tracking
  trainings: ReturnType<typeof createTrainings>
  faults: Faults
  notices: string[]
}

const TIMING = {
  leaseMs: 300,
  renewMs: 60,
  lookMs: 15,
  graceMs: 100,
  closeMs: 8000,
  retryMs: 5,
  storeMs: 5000,
  reportMs: 5,
  updateMs: 20,
}

/** Longer than anything takes on a machine that is busy with something else. */
const PATIENCE_MS = 30_000

/** Processes that share a log, a cache and tracking. */
export async function openPlatform() {
  const log = createMemoryEventLog()
  const folder = await mkdtemp(join(tmpdir(), 'batch-jobs-'))
  const store = await openSqliteTracking({
    database: join(folder, 'mlflow.db'),
    artifactsDir: join(folder, 'artifacts'),
  })
  let cache = createMemoryCache()
  const opened: Member[] = []

  async function join_(
    instance = 'one',
    { timing, ...change }: Partial<JobsOptions> & { isFirst?: never } = {},
  ): Promise<Member> {
    const faults: Faults = { control: false, cache: false, tracking: false, artifacts: false }
    const notices: string[] = []
    const trainings = createTrainings()
    const real = await openControl(log)
    const control = failing(real, () => faults.control, ['put', 'delete', 'settle'])
    const tracking = {
      ...failing(store, () => faults.tracking),
      artifacts: failing(store.artifacts, () => faults.tracking || faults.artifacts),
      models: failing(store.models, () => faults.tracking),
    } as Tracking
    const shared = {
      useCases: useCases as readonly UseCase[],
      control,
      cache: failing(cache as Cache, () => faults.cache),
      tracking,
      instance,
      notice: (level: string, message: string) => void notices.push(`${level}: ${message}`),
    }
    const registry = await openRegistry({ ...shared, retryMs: 5 })
    const jobs = await openJobs({
      ...shared,
      start: trainings.start,
      registry,
      timing: { ...TIMING, ...timing },
      ...change,
    })
    const member = {
      jobs,
      registry,
      control,
      tracking: store,
      trainings,
      faults,
      notices,
      async [Symbol.asyncDispose]() {
        await jobs[Symbol.asyncDispose]()
        await registry[Symbol.asyncDispose]()
        await real[Symbol.asyncDispose]()
      },
    }
    opened.push(member)
    return member
  }

  return {
    join: join_,
    tracking: store as Tracking,
    /** As when the process that holds everything begins anew. */
    forgetCache() {
      cache = createMemoryCache()
    },
    /** As a flush or an eviction would. */
    async forgetLease(job: string, owner: string) {
      await cache.releaseLease(`batch-job/${job}`, owner)
    },
    /** The runs of all jobs. */
    async runs(): Promise<readonly Run[]> {
      const experimentIds = (await store.experiments()).map(({ id }) => id)
      return (await store.searchRuns({ experimentIds })).runs
    },
    async [Symbol.asyncDispose]() {
      for (const member of opened) await member[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Waits until a job is over. */
export async function ended(jobs: Jobs, id: string): Promise<JobRecord> {
  return await stateOf(jobs, id, ({ state }) => isFinal(state))
}

/** Waits until a job is as wanted. */
export async function stateOf(
  jobs: Jobs,
  id: string,
  isWanted: (job: JobRecord) => boolean,
): Promise<JobRecord> {
  let last: JobRecord | undefined
  for await (last of jobs.updates(id, AbortSignal.timeout(PATIENCE_MS))) if (isWanted(last)) return last
  throw new Error(`Job ${id} is ${last?.state} in the end: ${JSON.stringify(last)}`)
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${String(condition)}.`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** The same thing, unless it is away: then these methods, or all that give promises, reject. */
function failing<T extends object>(target: T, isAway: () => boolean, methods?: readonly string[]): T {
  return new Proxy(target, {
    get(_, name) {
      const member = Reflect.get(target, name) as unknown
      if (typeof member !== 'function' || typeof name === 'symbol') return member
      if (methods && !methods.includes(name)) return member.bind(target) as unknown
      return async (...given: unknown[]) => {
        if (isAway()) throw new PortError('ENGINE_UNREACHABLE', 'It is away.')
        return Reflect.apply(member, target, given) as unknown
      }
    },
  })
}
