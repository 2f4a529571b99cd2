import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import type { Cluster } from '#cluster/start-cluster.ts'
import { parseOrderRecord } from '#subgraphs/incremental/session/order-record.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { sendEvents } from './send-events.ts'
import { startPeer } from './start-peer.ts'
import { wallClock } from './wall-clock.ts'

/** Unix milliseconds, with fractions but for `predicted`, of one event's way. */
export interface Journey {
  appended: number
  acknowledged: number
  /** As the learner notes it, whole milliseconds. */
  predicted: number
  /** When a reader of the order log saw the prediction, in the bench's process. */
  readable: number
  /** When the websocket client had parsed its message. */
  received: number
  /** When a plain kafkajs consumer in a process of its own had the event. */
  peer: number
}

interface Message {
  predictions: { eventId: string; at: string; score: number }
}

/** How long messages that are under way are waited for at the end. */
const SETTLE_MS = 3000

/** Sends events to a cluster and notes when they get where; those of the warm-up are left out, incomplete ones kept. */
export async function measureLatency({
  cluster,
  useCase,
  rate,
  warmUpSeconds,
  seconds,
}: {
  cluster: Cluster
  useCase: UseCase
  rate: number
  warmUpSeconds: number
  seconds: number
}): Promise<Partial<Journey>[]> {
  await using log = await openKafkaEventLog({ brokers: cluster.kafka.brokers, clientId: 'bench' })
  const topics = topicsOf(useCase)
  const journeys = new Map<string, Partial<Journey>>()
  const note = (id: string, point: keyof Journey, at: number) => {
    const journey = journeys.get(id)
    if (journey) journey[point] ??= at
  }

  using tail = await log.tail(topics.predictions, records => {
    const now = wallClock()
    for (const { value } of records) {
      const record = parseOrderRecord(value)
      if (record.kind !== 'prediction') continue
      note(record.eventId, 'readable', now)
      note(record.eventId, 'predicted', record.at)
    }
  })
  await using peer = await startPeer({
    broker: cluster.kafka.brokers[0] as string,
    topic: topics.events,
    onEvents: (ids, at) => ids.forEach(id => note(id, 'peer', at)),
  })
  void tail
  void peer
  const client = createClient({
    url: `${cluster.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  let failure: unknown
  client.subscribe<Message>(
    { query: `subscription { predictions(useCase: ${useCase.id}) { eventId at score } }` },
    {
      next({ data, errors }) {
        const now = wallClock()
        if (data) note(data.predictions.eventId, 'received', now)
        else failure ??= errors
      },
      error: error => (failure ??= error),
      complete: () => {},
    },
  )

  const stopping = new AbortController()
  const sending = sendEvents({
    log,
    useCase,
    rate,
    seed: 'bench',
    signal: stopping.signal,
    onAppend: id => journeys.set(id, { appended: wallClock() }),
    onAcknowledged(ids) {
      const now = wallClock()
      for (const id of ids) note(id, 'acknowledged', now)
    },
  })
  sending.catch(error => (failure ??= error))
  await sleep(warmUpSeconds * 1000)
  journeys.clear()
  await sleep(seconds * 1000)
  stopping.abort()
  await sending
  await sleep(SETTLE_MS)
  await client.dispose()
  if (failure !== undefined) throw new Error(`The measurement failed: ${describe(failure)}`)
  return [...journeys.values()]
}

function describe(failure: unknown): string {
  return failure instanceof Error ? failure.message : JSON.stringify(failure)
}
