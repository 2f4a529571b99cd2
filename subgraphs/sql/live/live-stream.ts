import type { Computation } from './computation.ts'
import type { LiveUpdate } from './live-update.ts'

/** A computation that is used, until it is disposed of. */
export interface Lease extends AsyncDisposable {
  readonly computation: Computation
}

/**
 * The messages of one subscriber. A state is taken when it is asked for the next message and none is kept for it, so a slow reader
 * gets one message with all that changed.
 */
export function createLiveStream({
  id,
  lease: first,
  reopen,
  intervalMs,
  signal,
  onEnd,
}: {
  id: string
  lease: Lease
  /** A computation of the same statement that has its whole result. */
  reopen: () => Promise<Lease>
  intervalMs: number
  signal?: AbortSignal | undefined
  /** Called once; `failure` is what the stream throws, if it does. */
  onEnd: (outcome: { failure: unknown; rowCount: number; bytesScanned: number }) => void
}): AsyncIterableIterator<LiveUpdate> & { end(failure?: unknown): void } {
  let lease = first
  let listening = listen()
  let ended = false
  let failure: unknown = null
  let wake: (() => void) | null = null
  let mark: unknown = null
  let generation = -1
  let sentTick = 0
  let tickBase = 0
  let sentAt = Number.NEGATIVE_INFINITY
  let wasTruncated = false
  let oldestAt: number | null = null
  let rowsSent = 0
  let bytesScanned = lease.computation.step.bytesScanned

  const onAbort = () => end()
  if (signal?.aborted) queueMicrotask(onAbort)
  else signal?.addEventListener('abort', onAbort, { once: true })

  function listen(): Disposable {
    return lease.computation.listen({
      intervalMs,
      changed(oldest) {
        if (oldest !== null) oldestAt = Math.min(oldestAt ?? oldest, oldest)
        bytesScanned += lease.computation.step.bytesScanned
        wake?.()
      },
      failed: end,
    })
  }

  function end(error: unknown = null): void {
    if (ended) return
    ended = true
    failure = error
    signal?.removeEventListener('abort', onAbort)
    listening[Symbol.dispose]()
    void lease[Symbol.asyncDispose]()
    onEnd({ failure, rowCount: rowsSent, bytesScanned })
    wake?.()
  }

  async function moment(ms: number | null): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      wake = resolve
      if (ms !== null) timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    wake = null
  }

  /** Null if nothing is to be said. Undefined if this computation does not know any more. */
  function take(): LiveUpdate | null | undefined {
    const { query, tick, at, step } = lease.computation
    const { result, columns } = query
    const isNew = generation !== query.generation
    const change = result.since(isNew ? null : mark)
    if (!change) return undefined
    const isFirst = sentAt === Number.NEGATIVE_INFINITY
    const isSame = change.added.length + change.removed.length === 0 && result.truncated === wasTruncated
    sentTick = tick
    if (!isNew && !change.reset && isSame) return null
    mark = result.mark()
    generation = query.generation
    wasTruncated = result.truncated
    rowsSent += change.added.length
    const now = Date.now()
    const lagMs = isFirst || oldestAt === null ? null : Math.max(0, now - oldestAt)
    oldestAt = null
    sentAt = performance.now()
    const { mode: stepMode, reason, elapsedMs } = step
    // How the first result came about is of no interest; how it will be kept is.
    const mode = isFirst && reason === null ? 'INCREMENTAL' : stepMode
    const { rowCount, truncated } = result
    return {
      ...change,
      id,
      columns,
      mode,
      reason,
      tick: tickBase + tick,
      at,
      rowCount,
      truncated,
      elapsedMs,
      lagMs,
    }
  }

  async function moveOn(): Promise<void> {
    const left = lease
    listening[Symbol.dispose]()
    const next = await reopen()
    void left[Symbol.asyncDispose]()
    if (ended) return void next[Symbol.asyncDispose]()
    tickBase += sentTick
    lease = next
    listening = listen()
    generation = -1
    sentTick = 0
  }

  const iterator = {
    end,
    async next(): Promise<IteratorResult<LiveUpdate>> {
      for (;;) {
        if (ended && failure !== null) {
          const thrown = failure
          failure = null
          throw thrown
        }
        if (ended) return { done: true, value: undefined }
        const wait = sentAt + intervalMs - performance.now()
        if (lease.computation.tick === sentTick) await moment(null)
        else if (wait > 0) await moment(wait)
        else {
          const update = take()
          if (update) return { done: false, value: update }
          if (update === undefined) await moveOn().catch(end)
        }
      }
    },
    async return(): Promise<IteratorResult<LiveUpdate>> {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
