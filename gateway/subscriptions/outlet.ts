import type { SharedMessage } from './shared-message.ts'

/** A client connection that can be written to faster than it is read. */
export interface OutletTarget {
  /** Hands text to the connection; `done` is called when it has left this process. */
  write(text: string, done: () => void): void
  /** Bytes handed over that have not left yet. */
  pendingBytes(): number
  /** The client has read nothing for too long. */
  stuck(): void
}

export interface OutletLimits {
  /** Above this many pending bytes messages wait in the streams' own queues; default 256 KiB. */
  highWaterBytes?: number
  /** Messages that may wait per stream; the oldest is dropped for the newest; default 64. */
  queueLength?: number
  /** Milliseconds a waiting client may read nothing before `stuck`; default 30 s. */
  stuckAfterMs?: number
}

export interface OutletStream {
  push(message: SharedMessage): void
  /** Calls back once everything pushed has been written. */
  whenFlushed(callback: () => void): void
  /**
   * Announces a sender that waits: nothing is dropped from now on. Returns what it has to wait for before it sends more: a
   * promise while messages wait, null while none do.
   */
  pace(): () => Promise<void> | null
  /** Forgets what waits. */
  close(): void
}

export interface Outlet {
  /** `encode` wraps a response's JSON into the transport's frame. */
  open(encode: (json: string) => string): OutletStream
  close(): void
}

interface Stream {
  encode: (json: string) => string
  queue: SharedMessage[]
  /** Events left out since the last message written. */
  dropped: number
  flushed: (() => void) | undefined
  isPaced: boolean
  /** Settles when the queue is empty; undefined while nobody waits for that. */
  drained: PromiseWithResolvers<void> | undefined
}

/**
 * Writes the messages of a connection's streams as fast as its client reads, and no faster: others never wait for a slow
 * one. What a stream leaves out is counted in the next message's `extensions.dropped`; one whose sender waits leaves out nothing.
 */
export function createOutlet({
  target,
  onDelivered,
  onDropped,
  highWaterBytes = 256 * 1024,
  queueLength = 64,
  stuckAfterMs = 30_000,
}: OutletLimits & {
  target: OutletTarget
  onDelivered: () => void
  onDropped: () => void
}): Outlet {
  const streams = new Set<Stream>()
  /** Streams with waiting messages, the next to be served first. */
  const waiting = new Set<Stream>()
  let lastProgress = 0
  let watch: NodeJS.Timeout | undefined

  const progress = () => {
    lastProgress = Date.now()
    flush()
  }
  const write = (stream: Stream, message: SharedMessage) => {
    const text = stream.encode(message.json(stream.dropped))
    stream.dropped = 0
    target.write(text, progress)
    onDelivered()
  }
  const flush = () => {
    for (const stream of waiting) {
      if (target.pendingBytes() >= highWaterBytes) return
      const message = stream.queue.shift()
      // To the end of the line, or out of it: streams of one connection take turns.
      waiting.delete(stream)
      if (message) write(stream, message)
      if (stream.queue.length > 0) {
        waiting.add(stream)
        continue
      }
      stream.flushed?.()
      release(stream)
    }
    if (waiting.size === 0) stopWatching()
  }
  const release = (stream: Stream) => {
    stream.drained?.resolve()
    stream.drained = undefined
  }
  const stopWatching = () => {
    clearInterval(watch)
    watch = undefined
  }
  const startWatching = () => {
    if (watch) return
    lastProgress = Date.now()
    watch = setInterval(() => {
      if (Date.now() - lastProgress < stuckAfterMs) return
      stopWatching()
      target.stuck()
    }, stuckAfterMs / 4)
    watch.unref()
  }
  return {
    open(encode) {
      const stream: Stream = {
        encode,
        queue: [],
        dropped: 0,
        flushed: undefined,
        isPaced: false,
        drained: undefined,
      }
      streams.add(stream)
      return {
        push(message) {
          if (stream.queue.length === 0 && target.pendingBytes() < highWaterBytes)
            return write(stream, message)
          if (stream.queue.length >= queueLength && !stream.isPaced) {
            stream.dropped += 1 + (stream.queue.shift()?.dropped ?? 0)
            onDropped()
          }
          stream.queue.push(message)
          waiting.add(stream)
          startWatching()
        },
        whenFlushed(callback) {
          if (stream.queue.length === 0) return callback()
          stream.flushed = callback
        },
        pace() {
          stream.isPaced = true
          return () => {
            if (stream.queue.length === 0) return null
            return (stream.drained ??= Promise.withResolvers<void>()).promise
          }
        },
        close() {
          stream.queue.length = 0
          waiting.delete(stream)
          streams.delete(stream)
          release(stream)
        },
      }
    },
    close() {
      waiting.clear()
      for (const stream of streams) {
        stream.queue.length = 0
        release(stream)
      }
      streams.clear()
      stopWatching()
    },
  }
}
