import type { Sessions } from '../session/sessions-api.ts'
import type { SessionView } from '../session/session-view.ts'
import { createStream, type StreamMessage } from './stream.ts'

const PROGRESS_INTERVAL_MS = 1000

/** Every change of a use case's session at once, and its progress at most once a second; begins with how it is now. */
export function openSessionStream({
  useCase,
  sessions,
  signal,
}: {
  useCase: string
  sessions: Sessions
  signal?: AbortSignal | undefined
}): AsyncIterableIterator<StreamMessage<SessionView>> {
  const listening = new DisposableStack()
  const stream = createStream<SessionView>({ signal, onEnd: () => listening.dispose() })
  let progressAt = 0
  listening.use(
    sessions.events.on('state', view => {
      if (view.record.useCase === useCase) stream.push({ ...view })
    }),
  )
  listening.use(
    sessions.events.on('progress', view => {
      const now = performance.now()
      if (view.record.useCase !== useCase || now - progressAt < PROGRESS_INTERVAL_MS) return
      progressAt = now
      stream.push({ ...view })
    }),
  )
  const current = sessions.current(useCase)
  if (current) stream.push({ ...current })
  return stream.messages()
}
