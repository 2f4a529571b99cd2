/** One message of a stream, with what was dropped on the way since the last one. */
export interface StreamMessage<T> {
  value: T
  /** 1, 2, 3 … per stream. */
  seq: number
  /** Values dropped since the previous message. */
  dropped: number
}

export interface Stream<T> {
  /** False once the stream has ended. */
  push(value: T): boolean
  end(error?: Error): void
  messages(): AsyncIterableIterator<StreamMessage<T>>
}

/** Values that may wait for a reader that is too slow; the oldest go first. */
const MAX_WAITING = 5000

/**
 * Turns pushed values into an async iterator. With `maxPerSecond` at most that many messages leave per second and the
 * newest value wins; without it values wait in a bounded queue. `onEnd` runs once, however the stream ends.
 */
export function createStream<T>({
  maxPerSecond,
  signal,
  weigh = () => 1,
  onEnd,
}: {
  maxPerSecond?: number | null | undefined
  signal?: AbortSignal | undefined
  /** What a value adds to `dropped` when it is; default 1. */
  weigh?: (value: T) => number
  onEnd: () => void
}): Stream<T> {
  const interval = maxPerSecond ? 1000 / maxPerSecond : 0
  const capacity = interval > 0 ? 1 : MAX_WAITING
  const waiting: T[] = []
  let seq = 0
  let dropped = 0
  let sentAt = -Infinity
  let failure: Error | undefined
  let ended = false
  let wake: (() => void) | null = null
  let timer: NodeJS.Timeout | undefined

  const abort = () => end()
  // The caller has not returned yet, so what `onEnd` disposes of may not exist yet.
  if (signal?.aborted) queueMicrotask(() => end())
  else signal?.addEventListener('abort', abort, { once: true })

  function end(error?: Error): void {
    if (ended) return
    ended = true
    failure = error
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    onEnd()
    notify()
  }

  function notify(): void {
    wake?.()
    wake = null
  }

  async function next(): Promise<IteratorResult<StreamMessage<T>>> {
    for (;;) {
      if (ended && (failure || waiting.length === 0 || interval > 0)) {
        if (failure) throw failure
        return { done: true, value: undefined }
      }
      const wait = sentAt + interval - performance.now()
      if (waiting.length > 0 && wait <= 0) {
        sentAt = performance.now()
        const message = { value: waiting.shift() as T, seq: ++seq, dropped }
        dropped = 0
        return { done: false, value: message }
      }
      await new Promise<void>(resolve => {
        wake = resolve
        if (waiting.length > 0) timer = setTimeout(notify, wait)
      })
      clearTimeout(timer)
    }
  }

  return {
    push(value) {
      if (ended) return false
      if (waiting.length >= capacity) {
        dropped += weigh(waiting.shift() as T)
      }
      waiting.push(value)
      notify()
      return true
    },
    end,
    messages() {
      const iterator: AsyncIterableIterator<StreamMessage<T>> = {
        next,
        async return() {
          end()
          return { done: true, value: undefined }
        },
        async throw(error) {
          end()
          throw error
        },
        [Symbol.asyncIterator]: () => iterator,
      }
      return iterator
    },
  }
}
