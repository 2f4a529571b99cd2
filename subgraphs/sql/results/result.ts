import type { ResultColumn, RunSummary } from '#ports/sql-engine.ts'
import type { TableUse } from '../statements/table-use.ts'
import type { Spool } from './spool.ts'

/** A statement's result as it comes about. */
export interface Result {
  readonly id: string
  /** Hash of what was asked: the same id for something else is refused. */
  readonly fingerprint: string
  readonly statement: string
  readonly spool: Spool
  /** Cancels it. */
  readonly abort: AbortController
  tables: readonly TableUse[]
  columns: readonly ResultColumn[] | null
  summary: RunSummary | null
  /** Why it ended before its last row. */
  failure: Error | null
  /** Set once it has ended, however. */
  ended: boolean
  /** Unix milliseconds of the last time somebody asked for it. */
  usedAt: number
  /** Readers that it must stay for. */
  holds: number
  /** Wakes those who wait. */
  changed(): void
  /** Resolves once `isEnough`, at the end, after `ms`, or when the signal aborts. */
  wait(isEnough: () => boolean, options: { ms: number; signal?: AbortSignal | undefined }): Promise<void>
}

export function createResult({
  id,
  fingerprint,
  statement,
  spool,
}: Pick<Result, 'id' | 'fingerprint' | 'statement' | 'spool'>): Result {
  const waiting = new Set<() => void>()
  const result: Result = {
    id,
    fingerprint,
    statement,
    spool,
    abort: new AbortController(),
    tables: [],
    columns: null,
    summary: null,
    failure: null,
    ended: false,
    usedAt: Date.now(),
    holds: 0,
    changed() {
      for (const wake of waiting) wake()
    },
    wait(isEnough, { ms, signal }) {
      const isOver = () => result.ended || signal?.aborted === true || isEnough()
      if (isOver() || ms <= 0) return Promise.resolve()
      return new Promise(resolve => {
        const done = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          waiting.delete(wake)
          resolve()
        }
        const wake = () => {
          if (isOver()) done()
        }
        const timer = setTimeout(done, ms)
        signal?.addEventListener('abort', done, { once: true })
        waiting.add(wake)
      })
    },
  }
  return result
}
