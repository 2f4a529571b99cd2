import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Sessions } from '../session/sessions-api.ts'
import type { SessionView } from '../session/session-view.ts'
import { checkRate } from './prediction-stream.ts'
import { createStream, type StreamMessage } from './stream.ts'

const DEFAULT_PER_SECOND = 10

/**
 * Metrics of a use case's session as they change; the newest wins. Begins with the ones in force.
 * @throws CodedError `BAD_USER_INPUT` for names that the use case does not report.
 */
export function openMetricsStream({
  useCase,
  sessions,
  names,
  maxPerSecond,
  signal,
}: {
  useCase: UseCase
  sessions: Sessions
  names?: readonly string[] | null | undefined
  maxPerSecond?: number | null | undefined
  signal?: AbortSignal | undefined
}): AsyncIterableIterator<StreamMessage<SessionView>> {
  checkRate(maxPerSecond)
  const unknown = names?.filter(name => !useCase.metrics.includes(name)) ?? []
  if (unknown.length > 0) {
    throw new CodedError(
      'BAD_USER_INPUT',
      `names: ${unknown.join(', ')} given, some of ${useCase.metrics.join(', ')} wanted.`,
    )
  }
  const stream = createStream<SessionView>({
    maxPerSecond: maxPerSecond ?? DEFAULT_PER_SECOND,
    signal,
    onEnd: () => listening[Symbol.dispose](),
  })
  const push = (view: SessionView) => {
    if (view.record.useCase !== useCase.id) return
    stream.push({
      ...view,
      metrics: names ? view.metrics.filter(({ name }) => names.includes(name)) : view.metrics,
    })
  }
  const listening = sessions.events.on('metrics', push)
  const current = sessions.current(useCase.id)
  if (current?.metricsAt) push(current)
  return stream.messages()
}
