import type { Run, Tracking } from '#ports/tracking.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'
import { backOff } from './back-off.ts'
import { closeJobRun } from './close-job-run.ts'
import { isFinal } from './job-states.ts'
import type { JobStore } from './job-store.ts'

/** Closes runs whose job is over, though its end could not be logged then. */
export interface LeftRuns extends AsyncDisposable {
  /** Closes what there is; again and again until tracking lets it. */
  close(): void
}

const PAGE = 200

export function createLeftRuns({
  useCases,
  tracking,
  store,
  retryMs,
}: {
  useCases: readonly UseCase[]
  tracking: Tracking
  store: JobStore
  retryMs: number
}): LeftRuns {
  const closing = new AbortController()
  const { signal } = closing
  let working: Promise<void> | null = null
  let again = false

  async function closeAll(): Promise<void> {
    for (const run of await openRuns()) {
      signal.throwIfAborted()
      const id = run.tags[RUN_TAGS.job] ?? ''
      const job = store.get(id)
      // Other deployments may log to the same engine; their jobs mean nothing here.
      if (!job || job.run === '') continue
      if (job.run === run.id && isFinal(job.state)) await closeJobRun(tracking, job)
      // Two processes took in the same job at once; the other run counts.
      if (job.run !== run.id) await tracking.updateRun(run.id, { status: 'KILLED' })
    }
  }

  async function openRuns(): Promise<Run[]> {
    const names = useCases.map(experimentNameOf)
    const experiments = (await tracking.experiments()).filter(({ name }) => names.includes(name))
    if (experiments.length === 0) return []
    const found: Run[] = []
    let pageToken: string | null = null
    do {
      const page = await tracking.searchRuns({
        experimentIds: experiments.map(({ id }) => id),
        status: ['SCHEDULED', 'RUNNING'],
        tags: { [RUN_TAGS.kind]: 'batch' },
        limit: PAGE,
        ...(pageToken !== null && { pageToken }),
      })
      found.push(...page.runs)
      pageToken = page.runs.length < PAGE ? null : page.nextPageToken
    } while (pageToken !== null)
    return found
  }

  async function work(): Promise<void> {
    do {
      again = false
      await backOff(closeAll, { retryMs, signal }).catch(() => {})
    } while (again && !signal.aborted)
  }

  return {
    close() {
      again = true
      working ??= work().finally(() => (working = null))
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await working
    },
  }
}
