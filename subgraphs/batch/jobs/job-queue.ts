import type { JobRecord } from './job.ts'
import type { JobLeases } from './job-leases.ts'
import type { JobStore } from './job-store.ts'
import type { JobTiming } from './job-timing.ts'

/** Gives the jobs of the queue to this process, one after the other. */
export interface JobQueue extends AsyncDisposable {
  /** Looks at once. */
  wake(): void
}

/** A lease may be gone because the cache forgot it: its owner gets the time to take it again. */
const GRACE_RENEWALS = 2
/** A job whose submission did not end by then was left by a process that died. */
const SUBMISSION_MS = 60_000

/**
 * Looks for jobs that wait, oldest first, and for those whose process fell silent. A cancelled one is taken even when there is
 * no room to train, since it will not be.
 */
export function createJobQueue({
  store,
  leases,
  owner,
  timing: { lookMs, renewMs },
  hasRoom,
  isHere,
  take,
  onError,
}: {
  store: JobStore
  leases: JobLeases
  /** This process. */
  owner: string
  timing: JobTiming
  hasRoom: () => boolean
  /** Whether this process works on it. */
  isHere: (id: string) => boolean
  /** Its lease is held now. */
  take: (job: JobRecord) => void
  /** Told once until it works again. */
  onError: (error: Error) => void
}): JobQueue {
  const silentSince = new Map<string, number>()
  let looking: Promise<void> | null = null
  let again = false
  let closed = false
  let failing = false
  const timer = setInterval(wake, lookMs)
  timer.unref()

  function wake(): void {
    again = true
    if (closed) return
    looking ??= look().finally(() => (looking = null))
  }

  async function look(): Promise<void> {
    while (again && !closed) {
      again = false
      try {
        for (const job of store.unfinished()) await consider(job)
        failing = false
      } catch (error) {
        // What was seen before the cache or the log went away says nothing of the time since.
        silentSince.clear()
        if (!failing) onError(error as Error)
        failing = true
      }
    }
  }

  async function consider(job: JobRecord): Promise<void> {
    const { id } = job
    if (closed || isHere(id) || !(hasRoom() || isVain(job))) return
    if (!(await isFree(job)) || closed || !(await leases.take(id))) return
    silentSince.delete(id)
    try {
      await store.settle()
      const now = store.stored(id)
      const isSame = now?.state === job.state && now.owner === job.owner && now.attempts === job.attempts
      if (isSame && !closed && (hasRoom() || isVain(now))) return take(now)
    } catch (error) {
      await leases.release(id)
      throw error
    }
    await leases.release(id)
  }

  function isVain({ id }: JobRecord): boolean {
    return store.isCancelled(id)
  }

  async function isFree(job: JobRecord): Promise<boolean> {
    const { id, run, queuedAt } = job
    if (run === '' && Date.now() - queuedAt < SUBMISSION_MS) return false
    // One without an owner waits; one of ours that is not here was left by this process in a former life.
    if (job.owner === null || job.owner === owner) return true
    if (await leases.isTaken(id)) {
      silentSince.delete(id)
      return false
    }
    const since = silentSince.get(id) ?? performance.now()
    silentSince.set(id, since)
    return performance.now() - since >= GRACE_RENEWALS * renewMs
  }

  return {
    wake,
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(timer)
      await looking
    },
  }
}
