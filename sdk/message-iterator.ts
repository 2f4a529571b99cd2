import { backoff, type BackoffOptions } from './backoff.ts'
import { rememberExtensions, type MessageExtensions } from './extensions-of.ts'
import type { ExecutionResult, LiveSocket } from './live-socket.ts'
import { createMessageBuffer } from './message-buffer.ts'
import type { SubscribeOptions } from './operation-runners.ts'
import { responseFailure, type ResponseError } from './request-error.ts'

interface Message<Data> {
  data: Data
  extensions: MessageExtensions
}

/**
 * The messages of one subscription. It begins with the first step and leaves the server on an early exit.
 *
 * A subscription that declares `$resumeFrom` goes on from the last cursor that arrived here, beside the data or selected in
 * its root field, whether or not it was taken: a new connection neither loses nor repeats a message. Failures that pass are waited
 * out; before the first message only `retries` times.
 */
export function createMessageIterator<Data extends object>({
  socket,
  document,
  variables,
  retries,
  backoff: waits,
  options: { signal, buffer: bufferOptions, resume = bufferOptions?.policy !== 'latest' },
}: {
  socket: LiveSocket
  document: string
  variables: object
  retries: number
  backoff: BackoffOptions | undefined
  options: SubscribeOptions
}): AsyncIterator<Data, undefined> {
  const buffer = createMessageBuffer<Message<Data>>(bufferOptions)
  const resumable = resume && /\$resumeFrom\b/.test(document)
  let cursor: unknown
  let attempt = 0
  let heard = false
  let started = false
  let leave: () => void = () => undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    signal?.removeEventListener('abort', cancel)
    clearTimeout(timer)
    leave()
  }
  const cancel = () => {
    stop()
    buffer.cancel()
  }
  const finish = (error?: unknown) => {
    stop()
    buffer.end(error as Error | undefined)
  }
  const refused = (errors: readonly ResponseError[] = []) => {
    leave()
    const error = responseFailure(errors)
    if (!error.retryable || (!heard && attempt >= retries)) return finish(error)
    timer = setTimeout(subscribe, backoff(attempt++, waits))
  }
  const next = ({ data, errors, extensions }: ExecutionResult) => {
    if (!data) return refused(errors)
    heard = true
    attempt = 0
    if (resumable) cursor = extensions?.['cursor'] ?? cursorOf(data) ?? cursor
    buffer.push({ data: data as Data, extensions: { ...extensions, ...(errors && { errors }) } })
  }
  const subscribe = () => {
    leave = socket.subscribe({
      request: () => ({
        query: document,
        variables: cursor ? { ...variables, resumeFrom: cursor } : variables,
      }),
      next,
      error: refused,
      complete: finish,
      fail: finish,
    })
  }
  const start = () => {
    started = true
    if (signal?.aborted) return buffer.cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    subscribe()
  }
  return {
    async next() {
      if (!started) start()
      const taken = await buffer.take()
      if (!taken) return { done: true, value: undefined }
      const { message, dropped } = taken
      const { data, extensions } = message
      const total = (extensions.dropped ?? 0) + dropped
      rememberExtensions(data, { ...extensions, ...(total > 0 && { dropped: total }) })
      return { done: false, value: data }
    },
    async return() {
      started = true
      cancel()
      return { done: true, value: undefined }
    },
  }
}

/** The cursor of the message's root field. */
function cursorOf(data: object): string | undefined {
  const [root] = Object.values(data) as ({ cursor?: unknown } | null)[]
  return typeof root?.cursor === 'string' ? root.cursor : undefined
}
