import { EXTENSIONS } from '#subgraphs/serve.ts'

/** What goes into a message's `extensions`. */
export interface MessageFacts {
  seq: number
  dropped?: number
  gap?: unknown
}

/**
 * Turns the messages of a stream into payloads of a subscription field, with `extensions` beside the data. The stream is
 * opened by the caller, so what is wrong with the arguments is known before the first message.
 */
export function mapMessages<T, F extends string, V>(
  field: F,
  messages: AsyncIterableIterator<T>,
  map: (message: T) => { value: V } & MessageFacts,
): AsyncIterableIterator<Record<F, V>> {
  const iterator: AsyncIterableIterator<Record<F, V>> = {
    async next() {
      const step = await messages.next()
      if (step.done) return { done: true, value: undefined }
      const { value, seq, dropped = 0, gap } = map(step.value)
      const extensions = { seq, ...(dropped > 0 && { dropped }), ...(gap ? { gap } : {}) }
      return { done: false, value: { [field]: value, [EXTENSIONS]: extensions } as unknown as Record<F, V> }
    },
    async return() {
      await messages.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
