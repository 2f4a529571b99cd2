import { PortError } from '#ports/port-error.ts'
import type { ResultColumn, RunSummary, SqlRun } from '#ports/sql-engine.ts'

/** What an execution tells the run that a caller holds. */
export interface RunSink {
  /** Aborted by `cancel`, by disposal or by the caller's signal. */
  readonly signal: AbortSignal
  columns(columns: readonly ResultColumn[]): void
  /** `taken` is called once the reader has it. */
  rows(rows: readonly (readonly unknown[])[], taken: () => void): void
}

/** The caller's side of an execution: rows wait here until they are read, and an error ends all three. */
export function openRun(
  execute: (sink: RunSink) => Promise<RunSummary>,
  outer: AbortSignal | undefined,
): SqlRun {
  const columns = Promise.withResolvers<readonly ResultColumn[]>()
  const abort = new AbortController()
  const batches: { rows: readonly (readonly unknown[])[]; taken: () => void }[] = []
  let wake: (() => void) | null = null
  let over = false
  let failure: unknown = null

  const cancel = () => abort.abort(new PortError('SQL_CANCELLED', 'The statement was cancelled.'))
  if (outer?.aborted === true) cancel()
  outer?.addEventListener('abort', cancel, { once: true })

  const end = () => {
    over = true
    outer?.removeEventListener('abort', cancel)
    wake?.()
  }
  const summary = execute({
    signal: abort.signal,
    columns: columns.resolve,
    rows(rows, taken) {
      batches.push({ rows, taken })
      wake?.()
    },
  }).then(
    value => {
      end()
      return value
    },
    error => {
      failure = error
      batches.length = 0
      columns.reject(error)
      end()
      throw error
    },
  )
  // Whoever looks at one of them only has heard of the error.
  summary.catch(() => {})
  columns.promise.catch(() => {})

  async function* rows(): AsyncGenerator<readonly (readonly unknown[])[]> {
    try {
      for (;;) {
        const batch = batches.shift()
        if (batch !== undefined) {
          batch.taken()
          yield batch.rows
        } else if (failure !== null) throw failure
        else if (over) return
        else {
          const { promise, resolve } = Promise.withResolvers<void>()
          wake = resolve
          await promise
        }
      }
    } finally {
      if (!over) cancel()
    }
  }

  return {
    columns: columns.promise,
    rows: rows(),
    summary,
    cancel,
    async [Symbol.asyncDispose]() {
      if (!over) cancel()
      await summary.catch(() => {})
    },
  }
}
