import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { SessionFigures } from './session-figures.ts'
import type { TaskReport } from './task-report.ts'
import type { SessionView } from './session-view.ts'

/** A record of `<topic>.metrics`: how far a session has come and how good it is. */
export interface MetricsRecord {
  v: 1
  useCase: string
  session: string
  /** Unix milliseconds. */
  at: number | null
  predictions: number
  metrics: SessionFigures['metrics']
  /** Of the champion and its challengers. Versions up to 0.4 had none. */
  models?: SessionFigures['models']
  promotions?: SessionFigures['promotions']
  progress: SessionFigures['progress']
  checkpoint: SessionFigures['checkpoint']
  /** With a checkpoint. */
  report?: TaskReport
}

/** Appends a snapshot of a session's figures to `<topic>.metrics`. */
export async function appendMetrics(
  log: EventLog,
  useCase: UseCase,
  view: SessionView,
  report?: TaskReport,
): Promise<void> {
  const { record, metrics, models, promotions, metricsAt: at, progress, checkpoint } = view
  const value: MetricsRecord = {
    v: 1,
    useCase: useCase.id,
    session: record.id,
    at,
    predictions: progress?.sequence ?? 0,
    metrics,
    models,
    promotions,
    progress,
    checkpoint,
    ...(report && { report }),
  }
  await log.append(topicsOf(useCase).metrics, [{ key: record.id, value: JSON.stringify(value) }])
}
