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
  let progressAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  listening.defer(() => clearTimeout(timer))
  const pushProgress = (view: SessionView) => {
    timer = undefined
    progressAt = performance.now()
    stream.push({ ...view })
  }
  listening.use(
    sessions.events.on('state', view => {
      if (view.record.useCase === useCase) stream.push({ ...view })
    }),
  )
  listening.use(
    sessions.events.on('progress', view => {
      if (view.record.useCase !== useCase || timer) return
      const wait = progressAt + PROGRESS_INTERVAL_MS - performance.now()
      if (wait <= 0) pushProgress(view)
      // The view goes on changing, so what is sent later is the newest.
      else timer = setTimeout(pushProgress, wait, view)
    }),
  )
  const current = sessions.current(useCase)
  if (current) stream.push({ ...current })
  return stream.messages()
}
