import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { MetricsRecord } from './append-metrics.ts'
import type { SessionFigures } from './session-figures.ts'

/** Records looked at per partition for the newest figures of the past. */
const RECENT = 5

/** Tells the figures of sessions as the processes that run them publish them, the newest of the past first. */
export async function followFigures({
  useCases,
  log,
  onFigures,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  onFigures: (session: string, figures: SessionFigures) => void
}): Promise<Disposable> {
  await using tails = new AsyncDisposableStack()
  const decoder = new TextDecoder()
  const take = ({ value }: LogRecord) => {
    const record = JSON.parse(decoder.decode(value)) as MetricsRecord
    const { v, session, metrics, models = [], promotions = [], at, progress, checkpoint } = record
    const { report } = record
    const figures = { metrics, models, promotions, metricsAt: at, progress, checkpoint }
    if (v === 1) onFigures(session, { ...figures, ...(report && { report }) })
  }
  for (const useCase of useCases) {
    const topic = topicsOf(useCase).metrics
    const tail = await log.tail(topic, records => {
      // Only the newest of each session says how it is.
      const newest = new Map(records.map(record => [String(record.key), record]))
      for (const record of newest.values()) take(record)
    })
    tails.defer(() => tail[Symbol.dispose]())
    const [info] = await log.topics([topic])
    const from = info?.partitions.map(({ start, end }) => Math.max(start, end - RECENT)) ?? []
    for await (const { records } of log.read(topic, { from })) for (const record of records) take(record)
  }
  const owned = tails.move()
  return { [Symbol.dispose]: () => void owned.disposeAsync() }
}
