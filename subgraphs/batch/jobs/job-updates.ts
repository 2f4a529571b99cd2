import { CodedError } from '#subgraphs/coded-error.ts'
import type { JobRecord } from './job.ts'
import { isFinal } from './job-states.ts'
import type { JobStore } from './job-store.ts'

/**
 * A job as it is, then each of its states, and between them its newest progress at most every `everyMs` milliseconds; ends after
 * its last state, or when a signal says so.
 * @throws CodedError `JOB_NOT_FOUND`, at once.
 */
export function jobUpdates({
  store,
  id,
  everyMs,
  signals,
}: {
  store: JobStore
  id: string
  everyMs: number
  signals: readonly AbortSignal[]
}): AsyncIterableIterator<JobRecord> {
  const first = store.get(id)
  if (!first) throw new CodedError('JOB_NOT_FOUND', `There is no batch job ${id}.`)
  return follow(first)

  async function* follow(current: JobRecord): AsyncGenerator<JobRecord, void, undefined> {
    const signal = AbortSignal.any([...signals])
    let waiting: JobRecord[] = [store.get(id) ?? current]
    let last: JobRecord | null = null
    let wake = Promise.withResolvers<void>()
    const push = (record: JobRecord) => {
      const before = waiting.at(-1)
      // What nobody has fetched yet is overtaken by newer progress, but no state is passed over.
      if (before && isSameState(before, record)) waiting = [...waiting.slice(0, -1), record]
      else waiting.push(record)
      wake.resolve()
    }
    const end = () => wake.resolve()
    using _ = store.onChange(record => {
      if (record.id === id) push(record)
    })
    signal.addEventListener('abort', end)
    try {
      let toldAt = -Infinity
      while (!signal.aborted) {
        const isProgress = waiting.length === 1 && last !== null && isSameState(last, waiting[0] as JobRecord)
        const wait = isProgress ? toldAt + everyMs - performance.now() : 0
        if (waiting.length === 0 || wait > 0) {
          const timer = waiting.length === 0 ? undefined : setTimeout(end, wait).unref()
          await wake.promise
          clearTimeout(timer)
          wake = Promise.withResolvers<void>()
          continue
        }
        last = waiting.shift() as JobRecord
        toldAt = performance.now()
        yield last
        if (isFinal(last.state)) return
      }
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}

function isSameState(a: JobRecord, b: JobRecord): boolean {
  return a.state === b.state && a.attempts === b.attempts && a.owner === b.owner
}
