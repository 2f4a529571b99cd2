import type { Control } from '#ports/control.ts'
import {
  PRODUCER_ANSWERS,
  PRODUCER_PATIENCE_MS,
  PRODUCER_REQUESTS,
  type ProducerAnswer,
  type ProducerRequest,
} from '#use-cases/producer-protocol.ts'
import type { ProducerHost } from './producer-host.ts'

type Key = string

/** Applies what is asked of the generators and answers it, one request of a use case after the other. */
export function answerRequests({
  control,
  host,
  onChanged,
  onError,
  now = Date.now,
}: {
  control: Control
  host: Pick<ProducerHost, 'change' | 'drift'>
  /** A generator is not what it was. */
  onChanged: () => void
  /** An answer could not be written. */
  onError: (error: Error) => void
  now?: () => number
}): AsyncDisposable {
  const turns = new Map<string, Promise<void>>()
  let closed = false

  async function answer(key: Key, { id, useCase, action }: ProducerRequest): Promise<void> {
    if (closed || control.get<ProducerAnswer>(answerKey(key))?.id === id) return
    const result = await apply(useCase, action)
    onChanged()
    await control.put(answerKey(key), { v: 1, id, result } satisfies ProducerAnswer).catch(onError)
  }

  async function apply(
    useCase: string,
    action: ProducerRequest['action'],
  ): Promise<ProducerAnswer['result']> {
    try {
      if ('change' in action) return { status: await host.change(useCase, action.change) }
      return { status: await host.drift(useCase, action.drift) }
    } catch (error) {
      const { code = 'PRODUCER_FAILED', message } = error as Error & { code?: string }
      return { problem: { code, message } }
    }
  }

  function take(key: Key, request: ProducerRequest | undefined): void {
    if (request?.v !== 1) return
    const { useCase } = request
    const turn = (turns.get(useCase) ?? Promise.resolve()).then(() => answer(key, request))
    turns.set(useCase, turn)
  }

  /** Those who asked long ago have been told that nobody answers; what they left goes away. */
  function clear(key: Key): void {
    for (const each of [key, answerKey(key)])
      if (control.get(each) !== undefined) control.delete(each).catch(onError)
  }

  const listening = control.onChange<ProducerRequest>(PRODUCER_REQUESTS, take)
  const waiting = control.entries<ProducerRequest>(PRODUCER_REQUESTS).toSorted(([, a], [, b]) => a.at - b.at)
  for (const [key, request] of waiting) {
    if (now() - request.at < PRODUCER_PATIENCE_MS) take(key, request)
    else clear(key)
  }
  return {
    async [Symbol.asyncDispose]() {
      closed = true
      listening[Symbol.dispose]()
      await Promise.all(turns.values())
    },
  }
}

function answerKey(key: Key): Key {
  return `${PRODUCER_ANSWERS}${key.slice(PRODUCER_REQUESTS.length)}`
}
