import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { startCluster } from '#cluster/start-cluster.ts'
import type { EventLog } from '#ports/event-log.ts'
import { ask } from '#tests/e2e/support/ask.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { createOrderAudit, type OrderAudit } from './order-audit.ts'
import { type ProcessUsage, processUsage } from './process-usage.ts'
import { quantile } from './quantile.ts'
import { type Watchers, watchPredictions } from './watch-predictions.ts'

/** Once in a while during the load. */
export interface SoakSample {
  /** Since the generators began. */
  seconds: number
  produced: number
  predicted: number
  /** By name of the process. */
  processes: ReadonlyMap<string, ProcessUsage>
}

export interface SoakTotals {
  useCase: string
  produced: number
  predicted: number
  missing: number
  doubled: number
  deadLetters: number
  /** Messages and left-out predictions at the websocket, together. */
  told: number
  /** Whether the last message was of the last prediction. */
  sawLast: boolean
}

export interface SoakRun {
  samples: readonly SoakSample[]
  totals: readonly SoakTotals[]
  /** From the end of the load until everything that was produced was predicted; null if that did not happen in time. */
  drainedSeconds: number | null
  /** At the websocket, in milliseconds since the append. */
  delay: { p50: number; p99: number }
}

const SAMPLE_MS = 5000
const MAX_PER_SECOND = 10
const PARTITIONS = 3
const DRAIN_MS = 30_000
/** The last message of a stream waits for its turn. */
const SETTLE_MS = 1500

const PAUSE =
  'mutation ($id: UseCaseId!) { setProducer(input: { useCase: $id, running: false }) { ... on Problem { message } } }'

/**
 * Starts a cluster whose generators send `rate` events a second, shared equally by the use cases, and their labels; reads every
 * prediction back from the order logs, watches a few at the gateway, and lets it run dry at the end.
 */
export async function sustainLoad({
  rate,
  seconds,
  onSample,
  envOf,
}: {
  rate: number
  seconds: number
  onSample: (sample: SoakSample, before: SoakSample | undefined) => void
  envOf?: (name: string) => Readonly<Record<string, string>>
}): Promise<SoakRun> {
  await using cluster = await startCluster({ producers: 0, ...(envOf && { envOf }) })
  await using log = await openKafkaEventLog({ brokers: cluster.kafka.brokers, clientId: 'soak' })
  const audits = new Map<string, OrderAudit>(useCases.map(({ id }) => [id, createOrderAudit(PARTITIONS)]))
  for (const useCase of useCases) {
    const { take } = audits.get(useCase.id) as OrderAudit
    await log.tail(topicsOf(useCase).predictions, take)
  }
  await using watchers = await watchPredictions({
    url: cluster.url,
    useCases: useCases.map(({ id }) => id),
    maxPerSecond: MAX_PER_SECOND,
  })
  // A subscription that is accepted is not under way yet, and must not miss the first prediction.
  await sleep(SETTLE_MS)
  await cluster.add({
    name: 'producers-1',
    role: 'producers',
    args: ['--rate', String(rate / useCases.length)],
  })
  const began = performance.now()
  const pids = new Map([
    ...[...cluster.roles].map(([name, { pid }]) => [name, pid] as const),
    ['kafka', cluster.kafka.pid] as const,
    ['redis', cluster.redis.pid] as const,
    ['mlflow', cluster.mlflow.pid] as const,
    ['soak', process.pid] as const,
  ])
  const predicted = () => [...audits.values()].reduce((sum, { predictions }) => sum + predictions, 0)
  const samples: SoakSample[] = []
  while (performance.now() - began < seconds * 1000) {
    await sleep(Math.min(SAMPLE_MS, seconds * 1000 - (performance.now() - began)))
    const usage = processUsage([...pids.values()])
    const sample: SoakSample = {
      seconds: (performance.now() - began) / 1000,
      produced: sum(await produced(log)),
      predicted: predicted(),
      processes: new Map(
        [...pids].flatMap(([name, pid]) => {
          const used = usage.get(pid)
          return used ? [[name, used] as const] : []
        }),
      ),
    }
    onSample(sample, samples.at(-1))
    samples.push(sample)
    if (watchers.failure) throw asError(watchers.failure)
  }

  for (const { id } of useCases) {
    const { setProducer } = await ask<{ setProducer: { message?: string } }>(cluster.url, PAUSE, { id })
    if (setProducer.message) throw new Error(setProducer.message)
  }
  const drainedSeconds = await drained(log, predicted)
  await sleep(SETTLE_MS)
  if (watchers.failure) throw asError(watchers.failure)
  const delays = Float64Array.from(watchers.all.flatMap(({ delays }) => delays)).sort()
  return {
    samples,
    totals: await totalsOf(log, audits, watchers),
    drainedSeconds,
    delay: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
  }
}

/** Waits until there are as many predictions as events. */
async function drained(log: EventLog, predicted: () => number): Promise<number | null> {
  const began = performance.now()
  while (performance.now() - began < DRAIN_MS) {
    if (sum(await produced(log)) === predicted()) return (performance.now() - began) / 1000
    await sleep(100)
  }
  return null
}

/** Events in the log, by use case; generators write outside of transactions, so offsets count records. */
async function produced(log: EventLog): Promise<number[]> {
  return ends(
    log,
    useCases.map(useCase => topicsOf(useCase).events),
  )
}

async function ends(log: EventLog, topics: readonly string[]): Promise<number[]> {
  const infos = await log.topics(topics)
  return infos.map(({ partitions }) => sum(partitions.map(({ end }) => end)))
}

async function totalsOf(
  log: EventLog,
  audits: ReadonlyMap<string, OrderAudit>,
  watchers: Watchers,
): Promise<SoakTotals[]> {
  const sent = await produced(log)
  const dead = await ends(
    log,
    useCases.map(useCase => topicsOf(useCase).deadLetters),
  )
  return useCases.map(({ id }, i) => {
    const { predictions, missing, doubled, lastEventId } = audits.get(id) as OrderAudit
    const watcher = watchers.all.find(({ useCase }) => useCase === id)
    return {
      useCase: id,
      produced: sent[i] as number,
      predicted: predictions,
      missing,
      doubled,
      deadLetters: dead[i] as number,
      told: (watcher?.seen ?? 0) + (watcher?.dropped ?? 0),
      sawLast: watcher?.lastEventId === lastEventId,
    }
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(JSON.stringify(failure))
}
