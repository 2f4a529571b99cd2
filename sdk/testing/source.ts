/** A stream that a test feeds by hand, and that tells when its reader has left. */
export interface Source extends AsyncIterableIterator<unknown> {
  push(...results: unknown[]): void
  end(): void
  readonly left: Promise<void>
}

/** A source that begins with `results` and stays open. */
export function createSource(...results: unknown[]): Source {
  const waiting = [...results]
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  let ended = false
  let wake: () => void = () => undefined
  const end = () => {
    ended = true
    wake()
  }
  const source: Source = {
    left,
    push(...more) {
      waiting.push(...more)
      wake()
    },
    end,
    async next() {
      while (waiting.length === 0 && !ended) await new Promise<void>(resolve => (wake = resolve))
      if (waiting.length > 0) return { done: false, value: waiting.shift() }
      return { done: true, value: undefined }
    },
    async return() {
      leave()
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => source,
  }
  return source
}
