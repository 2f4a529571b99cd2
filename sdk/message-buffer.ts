export interface BufferOptions {
  /** Most messages that wait, default 1000. */
  max?: number | undefined
  /** `drop-oldest` (default) makes room for the newest; `latest` keeps that one only. */
  policy?: 'drop-oldest' | 'latest' | undefined
}

/** A message with how many were dropped between it and the one taken before. */
export interface Buffered<Message> {
  message: Message
  dropped: number
}

export interface MessageBuffer<Message> {
  push(message: Message): void
  /** After what waits, the reader gets the error, or the end. */
  end(error?: Error): void
  /** The end at once; what waits is forgotten. */
  cancel(): void
  /** The next message, or null at the end. Several calls may wait; they are answered in turn. */
  take(): Promise<Buffered<Message> | null>
}

interface Taker<Message> {
  resolve(taken: Buffered<Message> | null): void
  reject(error: Error): void
}

/** A bounded queue between messages that come by themselves and a reader that takes them at its own pace. */
export function createMessageBuffer<Message>({
  max = 1000,
  policy = 'drop-oldest',
}: BufferOptions = {}): MessageBuffer<Message> {
  if (!(Number.isInteger(max) && max > 0))
    throw new RangeError(`buffer.max: ${max} given, a whole number above 0 wanted.`)
  const room = policy === 'latest' ? 1 : max
  const waiting: Message[] = []
  const takers: Taker<Message>[] = []
  let dropped = 0
  let ended = false
  let failure: Error | undefined

  const end = (error?: Error) => {
    if (ended) return
    ended = true
    // With takers nothing waits, so the first of them hears of the error.
    if (takers.length === 0) failure = error
    else if (error) takers.shift()?.reject(error)
    for (const taker of takers.splice(0)) taker.resolve(null)
  }
  return {
    push(message) {
      if (ended) return
      const taker = takers.shift()
      if (taker) return taker.resolve({ message, dropped: 0 })
      waiting.push(message)
      if (waiting.length <= room) return
      waiting.shift()
      dropped++
    },
    end,
    cancel() {
      waiting.length = 0
      failure = undefined
      end()
    },
    take() {
      if (waiting.length > 0) {
        const taken = { message: waiting.shift() as Message, dropped }
        dropped = 0
        return Promise.resolve(taken)
      }
      if (failure) {
        const error = failure
        failure = undefined
        return Promise.reject(error)
      }
      if (ended) return Promise.resolve(null)
      return new Promise((resolve, reject) => takers.push({ resolve, reject }))
    },
  }
}
