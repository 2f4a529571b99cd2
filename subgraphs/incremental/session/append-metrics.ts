import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { SessionView } from './session-view.ts'

/** Appends a snapshot of a session's metrics to `<topic>.metrics`. */
export async function appendMetrics(log: EventLog, useCase: UseCase, view: SessionView): Promise<void> {
  const { record, metrics, metricsAt: at, progress } = view
  const value = JSON.stringify({
    v: 1,
    useCase: useCase.id,
    session: record.id,
    at,
    predictions: progress?.sequence ?? 0,
    metrics,
  })
  await log.append(topicsOf(useCase).metrics, [{ key: record.id, value }])
}
