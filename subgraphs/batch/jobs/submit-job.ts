import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Cache } from '#ports/cache.ts'
import type { Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobRecord, JobSpec } from './job.ts'
import { NO_PROGRESS } from './job-progress.ts'
import { isFinal } from './job-states.ts'
import type { JobStore } from './job-store.ts'
import { openJobRun } from './open-job-run.ts'
import { createTurns } from './turns.ts'

export interface Submission {
  spec: JobSpec
  /** A submission with the key of one before gives that one's job, in any process. */
  idempotencyKey?: string | undefined
}

export interface SubmitOptions {
  useCases: readonly UseCase[]
  store: JobStore
  cache: Cache
  tracking: Tracking
  owner: string
  mostQueued: number
}

const LONGEST_KEY = 200
/** Jobs that are over and still listed; their runs stay. */
const MOST_KEPT = 300

/**
 * Takes in jobs, one after the other over all processes, so that the order and the bound of the queue and the keys hold. A record
 * comes first, then its run: whoever dies between leaves what others can clear away.
 */
export function createSubmit({
  useCases,
  store,
  cache,
  tracking,
  owner,
  mostQueued,
}: SubmitOptions): (submission: Submission) => Promise<JobRecord> {
  const inTurn = createTurns({ cache, owner })

  async function submit({ spec, idempotencyKey }: Submission, useCase: UseCase): Promise<JobRecord> {
    await store.settle()
    const key = idempotencyKey === undefined ? randomUUID() : `${spec.useCase} ${idempotencyKey}`
    const id = `${spec.useCase}-${digits(key)}`
    const known = store.get(id)
    if (known && !isDeepStrictEqual(plain(known.spec), plain(spec))) {
      throw new CodedError(
        'IDEMPOTENCY_CONFLICT',
        `The idempotency key "${idempotencyKey}" belongs to job ${id}, which asked for something else.`,
      )
    }
    if (known && known.run !== '') return known
    const record = known ?? newJob(id, spec, requireRoom(store, mostQueued))
    if (!known) await store.put(record)
    const queued = { ...record, run: await runOf(record, useCase) }
    await store.put(queued)
    forgetOldest(store)
    return queued
  }

  async function runOf(record: JobRecord, useCase: UseCase): Promise<string> {
    try {
      return (await openJobRun(tracking, useCase, record)).id
    } catch (error) {
      // One that stays is given up by whoever finds it.
      await store.remove(record.id).catch(() => {})
      throw error
    }
  }

  return async submission => {
    const { spec, idempotencyKey: key } = submission
    const useCase = useCases.find(({ id }) => id === spec.useCase)
    if (!useCase) {
      const wanted = useCases.map(({ id }) => id).join(', ')
      throw new CodedError('BAD_USER_INPUT', `useCase: "${spec.useCase}" given, one of ${wanted} wanted.`)
    }
    if (key !== undefined && !(key.length > 0 && key.length <= LONGEST_KEY)) {
      const given = `${key.length} characters given`
      throw new CodedError('BAD_USER_INPUT', `idempotencyKey: ${given}, 1 to ${LONGEST_KEY} wanted.`)
    }
    return inTurn('batch-submit', () => submit(submission, useCase))
  }
}

/** @returns the jobs that wait. */
function requireRoom(store: JobStore, mostQueued: number): JobRecord[] {
  const waiting = store.unfinished().filter(({ state }) => state === 'QUEUED')
  if (waiting.length < mostQueued) return waiting
  throw new CodedError('QUEUE_FULL', `${waiting.length} batch jobs wait already, ${mostQueued} at most may.`)
}

function newJob(id: string, spec: JobSpec, waiting: readonly JobRecord[]): JobRecord {
  return {
    v: 1,
    id,
    spec,
    state: 'QUEUED',
    run: '',
    owner: null,
    // Clocks differ between processes; the order of the queue must not.
    queuedAt: Math.max(Date.now(), (waiting.at(-1)?.queuedAt ?? 0) + 1),
    startedAt: null,
    endedAt: null,
    problem: null,
    attempts: 0,
    progress: NO_PROGRESS,
  }
}

function forgetOldest(store: JobStore): void {
  const over = store.list().filter(({ state }) => isFinal(state))
  for (const { id } of over.slice(MOST_KEPT)) void store.remove(id).catch(() => {})
}

function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** As it comes back from control. */
function plain(spec: JobSpec): unknown {
  return JSON.parse(JSON.stringify(spec))
}
