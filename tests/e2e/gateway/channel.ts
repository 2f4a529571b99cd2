/** Broadcasts to whoever listens at the time; `listeners` tells how many do. */
export interface Channel<T> {
  publish(value: T): void
  subscribe(signal: AbortSignal): AsyncIterable<T>
  /** Ends every listener's stream. */
  end(): void
  readonly listeners: number
}

export function createChannel<T>(): Channel<T> {
  const listeners = new Set<{ push: (value: T) => void; end: () => void }>()
  return {
    publish(value) {
      for (const { push } of listeners) push(value)
    },
    async *subscribe(signal) {
      const queue: T[] = []
      let wake: () => void = () => undefined
      let ended = false
      const listener = {
        push(value: T) {
          queue.push(value)
          wake()
        },
        end() {
          ended = true
          listeners.delete(listener)
          wake()
        },
      }
      listeners.add(listener)
      signal.addEventListener('abort', listener.end)
      try {
        while (!ended || (queue.length > 0 && !signal.aborted)) {
          const value = queue.shift()
          if (value !== undefined) yield value
          else await new Promise<void>(resolve => (wake = resolve))
        }
      } finally {
        listener.end()
      }
    },
    end() {
      for (const { end } of listeners) end()
    },
    get listeners() {
      return listeners.size
    },
  }
}
