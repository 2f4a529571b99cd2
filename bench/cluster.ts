import { startCluster } from '#cluster/start-cluster.ts'
import { ask } from '#tests/e2e/support/ask.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { tfd } from '#use-cases/tfd.ts'
import type { BenchResult } from './bench-result.ts'
import { measureFanout } from './cluster/measure-fanout.ts'
import { type Journey, measureLatency } from './cluster/measure-latency.ts'
import { quantile } from './cluster/quantile.ts'
import { environment } from './environment.ts'

const RATE = 200
const WARM_UP_SECONDS = 15
const SECONDS = 60
const FANOUT = { rate: 50, subscribers: 500, seconds: 15 }

/** Parts of the way: from, to. The first two begin at the same point. */
const STAGES = [
  ['appended', 'acknowledged'],
  ['appended', 'predicted'],
  ['predicted', 'readable'],
  ['readable', 'received'],
] as const satisfies readonly (readonly [keyof Journey, keyof Journey])[]

const PAUSE =
  'mutation ($id: UseCaseId!) { setProducer(input: { useCase: $id, running: false }) { __typename } }'

/** How long from an event's append to Kafka until a websocket client holds its prediction, with every role a process? */
export async function run(): Promise<BenchResult[]> {
  await using cluster = await startCluster({ producerArgs: ['--rate', '0.1'] })
  // That process stands by like the others; the events are those whose append the bench has timed.
  for (const { id } of useCases) await ask(cluster.url, PAUSE, { id })
  const journeys = await measureLatency({
    cluster,
    useCase: tfd as UseCase,
    rate: RATE,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: SECONDS,
  })
  const whole = between(journeys, 'appended', 'received')
  const peer = between(journeys, 'appended', 'peer')
  const wanted = SECONDS * RATE
  if (journeys.length < wanted * 0.9)
    throw new Error(`${journeys.length} events were sent in ${SECONDS} s, about ${wanted} wanted.`)
  for (const [name, delays] of [['predictions', whole] as const, ["the peer's events", peer] as const])
    if (delays.length !== journeys.length)
      throw new Error(`${delays.length} of ${name} came, ${journeys.length} wanted.`)

  const stages = STAGES.map(([from, to]) => {
    const delays = between(journeys, from, to)
    return `${from} → ${to} ${quantile(delays, 0.5).toFixed(1)} / ${quantile(delays, 0.99).toFixed(1)}`
  })
  const method = [
    `${journeys.length} realistic TFD events in ${SECONDS} s after ${WARM_UP_SECONDS} s, and their labels, appended one by one to Kafka 4.4.0 as their time came, from the call of the append on`,
    'broker, Redis, MLflow, gateway, incremental, observability, producers (paused) and peer as processes of one machine, one graphql-ws client in the process that appends',
    'peer: a plain kafkajs consumer that receives the same events',
    `stages, p50 / p99 in ms: ${stages.join(', ')}`,
  ].join('; ')
  const fanout = await measureFanout({ cluster, useCase: tfd as UseCase, ...FANOUT })
  const sent = fanout.messages / fanout.seconds
  // A busy machine sends less; what counts is what a second of the processor does.
  if (sent < FANOUT.rate * FANOUT.subscribers * 0.25)
    throw new Error(
      `${sent.toFixed(0)} messages a second came, about ${FANOUT.rate * FANOUT.subscribers} wanted.`,
    )
  const latency = [0.5, 0.99].map(q => ({
    name: `event appended to Kafka → received by a websocket client, p${q * 100}`,
    ours: quantile(whole, q),
    peer: quantile(peer, q),
    ratio: quantile(whole, q) / quantile(peer, q),
    unit: 'ms',
    method,
    environment: environment(),
  }))
  return [
    ...latency,
    {
      name: 'messages a gateway sends to websockets of one shared stream',
      ours: fanout.messages / fanout.cpuSeconds,
      peer: null,
      ratio: null,
      unit: 'messages/CPU s',
      method: `${fanout.messages} messages in ${fanout.seconds.toFixed(0)} s: ${fanout.subscribers} graphql-transport-ws connections ask the same of ${FANOUT.rate} predictions a second; CPU time of the gateway's process as its /metrics tells, so planning, joining and receiving the stream are in it`,
      environment: environment(),
    },
  ]
}

/** Milliseconds between two points of those that came by both, in ascending order. */
function between(
  journeys: readonly Partial<Journey>[],
  from: keyof Journey,
  to: keyof Journey,
): Float64Array {
  return Float64Array.from(
    journeys.flatMap(({ [from]: start, [to]: end }) =>
      start !== undefined && end !== undefined ? [end - start] : [],
    ),
  ).sort()
}
