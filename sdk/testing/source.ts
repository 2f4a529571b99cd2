/** A stream that a test feeds by hand, and that tells when its reader has left. */
export interface Source extends AsyncIterable<unknown> {
  push(...results: unknown[]): void
  end(): void
  readonly left: Promise<void>
}

/** A source that begins with `results` and stays open. */
export function createSource(...results: unknown[]): Source {
  const waiting = [...results]
  let ended = false
  let wake: () => void = () => undefined
  const left = Promise.withResolvers<void>()
  const finish = () => {
    ended = true
    wake()
    return Promise.resolve({ done: true, value: undefined } as const)
  }
  return {
    left: left.promise,
    push(...more) {
      waiting.push(...more)
      wake()
    },
    end: () => void finish(),
    [Symbol.asyncIterator]: () => ({
      async next() {
        while (waiting.length === 0 && !ended) await new Promise<void>(resolve => (wake = resolve))
        if (waiting.length > 0) return { done: false, value: waiting.shift() }
        return { done: true, value: undefined }
      },
      return() {
        left.resolve()
        return finish()
      },
    }),
  }
}
