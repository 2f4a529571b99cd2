import { EXTENSIONS, POSITION } from '#subgraphs/serve.ts'

/** What goes into a message's `extensions`. */
export interface MessageFacts {
  seq: number
  dropped?: number
  gap?: unknown
  /** Where the stream goes on after this message. */
  cursor?: string | null
  /** Of the trace that the message belongs to. */
  traceparent?: string | undefined
}

/** No message for the client: where the stream stands, while it has nothing to send. */
export interface PositionMessage {
  position: string
}

/**
 * Turns the messages of a stream into payloads of a subscription field, with `extensions` beside the data. The stream is
 * opened by the caller, so what is wrong with the arguments is known before the first message.
 */
export function mapMessages<T, F extends string, V>(
  field: F,
  messages: AsyncIterableIterator<T>,
  map: (message: T) => ({ value: V } & MessageFacts) | PositionMessage,
): AsyncIterableIterator<Record<F, V>> {
  const iterator: AsyncIterableIterator<Record<F, V>> = {
    async next() {
      const step = await messages.next()
      if (step.done) return { done: true, value: undefined }
      return { done: false, value: payloadOf(field, map(step.value)) as Record<F, V> }
    },
    async return() {
      await messages.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}

function payloadOf<V>(field: string, message: ({ value: V } & MessageFacts) | PositionMessage): object {
  if ('position' in message) return { [POSITION]: message.position }
  const { value, seq, dropped = 0, gap, cursor, traceparent } = message
  const extensions = {
    seq,
    ...(dropped > 0 && { dropped }),
    ...(gap ? { gap } : {}),
    ...(cursor && { cursor }),
    ...(traceparent && { traceparent }),
  }
  return { [field]: value, [EXTENSIONS]: extensions }
}
