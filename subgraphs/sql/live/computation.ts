import { setTimeout as sleep } from 'node:timers/promises'
import type { Tails } from '../tail/tails.ts'
import type { LiveQuery, LiveStep } from './live-query.ts'

/** A live query that is advanced as rows come, for all who asked for the same. */
export interface Computation extends AsyncDisposable {
  readonly query: LiveQuery
  /** Counts the states of the result, from 1. */
  readonly tick: number
  /** Unix milliseconds of the newest state. */
  readonly at: number
  /** How that came about. */
  readonly step: LiveStep
  listen(listener: ComputationListener): Disposable
}

export interface ComputationListener {
  /** Least milliseconds between two states that it can use. */
  readonly intervalMs: number
  changed(oldestAt: number | null): void
  /** The computation has ended. */
  failed(error: unknown): void
}

/** Milliseconds after which a result that changes with the clock is made again. */
const RESTLESS_MS = 1000
/** A statement that is executed again may take this part of the time. */
const DUTY = 1 / 4
/** One whose new rows are merged: it takes little of the engine's time, yet all of it is this thread's. */
const MERGE_DUTY = 1 / 2
const MOST_RETRIES = 8
const MOST_PAUSE_MS = 5000
const LEAST_PER_SECOND_MS = 1000
/** What may be otherwise in a moment. */
const TRANSIENT: ReadonlySet<unknown> = new Set(['SQL_ENGINE_LOST', 'SQL_BUSY', 'ENGINE_UNREACHABLE'])

/** Executes the query and keeps it going. Throws what the first execution throws. */
export async function startComputation({
  query,
  tails,
  idleMs = 5000,
  notice,
}: {
  query: LiveQuery
  tails: Pick<Tails, 'onRows'>
  /** Milliseconds without rows after which the tables are looked at for what others wrote. */
  idleMs?: number | undefined
  notice: (level: 'info' | 'warn', message: string) => void
}): Promise<Computation> {
  const stop = new AbortController()
  const { signal } = stop
  const listeners = new Set<ComputationListener>()
  const hearing = new DisposableStack()
  let tick = 1
  let at = Date.now()
  let isDirty = true
  let wake: (() => void) | null = null

  let step = await query.execute(signal)
  at = Date.now()
  for (const { table, live } of query.tables) {
    if (live) hearing.use(tails.onRows(table.spec.name, touch))
  }
  const ended = keep()

  function touch(): void {
    isDirty = true
    wake?.()
  }

  async function untilDirty(): Promise<void> {
    if (isDirty || signal.aborted) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, query.restless ? RESTLESS_MS : idleMs)
      timer.unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    wake = null
  }

  async function keep(): Promise<void> {
    let failures = 0
    let began = performance.now()
    while (!signal.aborted) {
      await untilDirty()
      const least = Math.min(...[...listeners].map(({ intervalMs }) => intervalMs), LEAST_PER_SECOND_MS)
      await pauseFor(listeners.size === 0 ? 0 : began + Math.max(least, dutyMs(step)) - performance.now())
      if (signal.aborted) return
      isDirty = false
      began = performance.now()
      try {
        const next = await query.advance(signal)
        failures = 0
        if (!next) continue
        step = next
        if (!next.changed) continue
        tick++
        at = Date.now()
        for (const listener of listeners) listener.changed(next.oldestAt)
      } catch (error) {
        if (signal.aborted) return
        const { code } = error as { code?: unknown }
        if (!TRANSIENT.has(code) || ++failures > MOST_RETRIES) return fail(error)
        notice('warn', `A live statement waits: ${(error as Error).message}`)
        isDirty = true
        await pauseFor(Math.min(250 * 2 ** (failures - 1), MOST_PAUSE_MS))
      }
    }
  }

  async function pauseFor(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  }

  function fail(error: unknown): void {
    hearing.dispose()
    const told = [...listeners]
    listeners.clear()
    stop.abort()
    for (const listener of told) listener.failed(error)
  }

  return {
    query,
    get tick() {
      return tick
    },
    get at() {
      return at
    },
    get step() {
      return step
    },
    listen(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    async [Symbol.asyncDispose]() {
      hearing.dispose()
      stop.abort()
      wake?.()
      await ended
    },
  }
}

/** Least milliseconds from the beginning of a step to that of the next one. */
function dutyMs({ mode, reason, elapsedMs }: LiveStep): number {
  if (mode === 'INCREMENTAL') return elapsedMs / MERGE_DUTY
  return reason === null ? 0 : elapsedMs / DUTY
}
