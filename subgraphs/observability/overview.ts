import type { EventLog, LogRecord } from '#ports/event-log.ts'
import { peekPrediction } from '#subgraphs/peek-prediction.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { learnerLag } from './learner-lag.ts'
import type { Rates } from './rates.ts'

/** A metric as it stands in `<topic>.metrics`. */
export interface MetricEntry {
  name: string
  value: number | null
  n: number
  direction: 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER' | 'NONE'
  window: string | null
}

export interface UseCaseOverviewModel {
  useCase: { id: string }
  eventsPerSecond: number
  predictionsPerSecond: number
  lag: number
  metrics: readonly MetricEntry[]
  latestPredictionId: string | null
}

export interface Overview extends Disposable {
  now(): Promise<UseCaseOverviewModel[]>
  /** Calls back when a prediction or a metric arrives; the caller decides how often to look. */
  onChange(listener: () => void): Disposable
}

/** Records looked at per partition for the newest of the past. */
const RECENT = 50

interface Latest {
  metrics: readonly MetricEntry[]
  predictionId: string | null
  /** Records since the process began: offsets also count the ends of transactions. */
  seen: { events: number; metrics: number; predictions: number }
}

/** The newest metrics and predictions of every use case, fed by the tails of their topics. */
export async function openOverview({
  useCases,
  log,
  rates,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  rates: Rates
}): Promise<Overview> {
  const latest = new Map<string, Latest>()
  const listeners = new Set<() => void>()
  const tails = new DisposableStack()

  for (const useCase of useCases) {
    const entry: Latest = { metrics: [], predictionId: null, seen: { events: 0, metrics: 0, predictions: 0 } }
    latest.set(useCase.id, entry)
    const { events, metrics, predictions } = topicsOf(useCase)
    // Lag and rates move with the events, also while no session runs.
    tails.use(
      await log.tail(events, records => {
        entry.seen.events += records.length
        for (const listener of listeners) listener()
      }),
    )
    const takeMetrics = (record: LogRecord | undefined) => {
      if (record) entry.metrics = (JSON.parse(decode(record.value)) as { metrics: MetricEntry[] }).metrics
    }
    takeMetrics(await newestRecord(log, metrics))
    const takePrediction = (record: LogRecord | undefined) => {
      const found = record && peekPrediction(record.value)
      if (found) entry.predictionId = encodePredictionId({ useCase: useCase.id, ...found })
    }
    takePrediction(await newestRecord(log, predictions, isPrediction))
    rates.count(events, () => entry.seen.events)
    rates.count(metrics, () => entry.seen.metrics)
    rates.count(predictions, () => entry.seen.predictions)
    tails.use(
      await log.tail(metrics, records => {
        entry.seen.metrics += records.length
        takeMetrics(records.at(-1))
        for (const listener of listeners) listener()
      }),
    )
    tails.use(
      await log.tail(predictions, records => {
        const predicted = records.filter(isPrediction)
        entry.seen.predictions += predicted.length
        takePrediction(predicted.at(-1))
        if (predicted.length > 0) for (const listener of listeners) listener()
      }),
    )
  }

  return {
    now: () =>
      Promise.all(
        useCases.map(async useCase => {
          const { metrics, predictionId } = latest.get(useCase.id) as Latest
          const topics = topicsOf(useCase)
          return {
            useCase: { id: useCase.id },
            eventsPerSecond: rates.recordsPerSecond(topics.events),
            predictionsPerSecond: rates.recordsPerSecond(topics.predictions),
            lag: (await learnerLag(log, useCase)).totalLag,
            metrics,
            latestPredictionId: predictionId,
          }
        }),
      ),
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    [Symbol.dispose]() {
      tails.dispose()
      listeners.clear()
    },
  }
}

/** The order log also holds records about labels. */
function isPrediction({ value }: LogRecord): boolean {
  return peekPrediction(value) !== null
}

async function newestRecord(
  log: EventLog,
  topic: string,
  matches: (record: LogRecord) => boolean = () => true,
): Promise<LogRecord | undefined> {
  const [info] = await log.topics([topic])
  let newest: LogRecord | undefined
  if (!info) return newest
  const from = info.partitions.map(({ start, end }) => Math.max(start, end - RECENT))
  for await (const { records } of log.read(topic, { from })) {
    for (const record of records) {
      if (matches(record) && (!newest || record.timestamp >= newest.timestamp)) newest = record
    }
  }
  return newest
}

function decode(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
