import { CodedError } from '#subgraphs/coded-error.ts'
import { backOff } from './back-off.ts'
import type { JobRecord } from './job.ts'
import { sharedProgress } from './job-progress.ts'
import { isFinal } from './job-states.ts'
import type { JobStore } from './job-store.ts'

/** Stores the record of a job that this process works on, newest only, for as long as it takes. */
export interface RecordWriter {
  /**
   * Durable once resolved; each record takes the place of those before that are not stored yet. Rejects with `JOB_TAKEN` once
   * another process has the job, and when the writer is abandoned.
   */
  write(record: JobRecord): Promise<void>
  abandon(): void
}

export function createRecordWriter({
  store,
  owner,
  before,
  retryMs,
  onFailure,
}: {
  store: JobStore
  /** This process. */
  owner: string
  /** The record as its last owner, who fell silent, or the queue left it. */
  before: JobRecord
  retryMs: number
  /** Called once until it works again. */
  onFailure: (error: Error) => void
}): RecordWriter {
  const abandoned = new AbortController()
  let wanted: JobRecord | null = null
  let writing = Promise.resolve()
  let failing = false

  async function writeWanted(): Promise<void> {
    const record = wanted
    if (!record) return
    // After an outage another process may have gone on with it.
    await store.settle()
    if (!isStored(record)) await store.put({ ...record, progress: sharedProgress(record.progress) })
    if (wanted === record) wanted = null
    failing = false
  }

  /** True if an earlier try got through, though it seemed to fail. */
  function isStored({ id, state, attempts, endedAt }: JobRecord): boolean {
    const stored = store.stored(id)
    if (!stored) return false
    const isEnd = isFinal(stored.state)
    if (isEnd && stored.state === state && stored.endedAt === endedAt) return true
    const isFound = stored.owner === before.owner && stored.attempts === before.attempts
    const isOthers =
      stored.owner !== null && stored.owner !== owner && !isFound && stored.attempts >= attempts
    if (!isEnd && !isOthers && stored.attempts <= attempts) return false
    throw new CodedError(
      'JOB_TAKEN',
      `Job ${id} is ${stored.state} with ${stored.owner ?? 'nobody'} now, and no longer with ${owner}.`,
    )
  }

  return {
    write(record) {
      wanted = record
      const written = writing.then(() =>
        backOff(writeWanted, {
          retryMs,
          signal: abandoned.signal,
          isFinal: error => error instanceof CodedError,
          onFailure(error) {
            if (!failing) onFailure(error)
            failing = true
          },
        }),
      )
      writing = written.catch(() => {})
      return written
    },
    abandon: () => abandoned.abort(),
  }
}
