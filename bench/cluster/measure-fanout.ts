import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import type { Cluster } from '#cluster/start-cluster.ts'
import type { UseCase } from '#use-cases/define.ts'
import { sendEvents } from './send-events.ts'

export interface Fanout {
  subscribers: number
  /** Messages that arrived. */
  messages: number
  seconds: number
  /** CPU time of the gateway's process. */
  cpuSeconds: number
}

const CHILD = new URL('./run-subscribers.ts', import.meta.url).pathname
const CPU = /^\w*process_cpu_seconds_total (\S+)/m

/** What it costs a gateway to send each prediction of a stream to many websockets that ask the same. */
export async function measureFanout({
  cluster,
  useCase,
  rate,
  subscribers,
  seconds,
}: {
  cluster: Cluster
  useCase: UseCase
  rate: number
  subscribers: number
  seconds: number
}): Promise<Fanout> {
  await using log = await openKafkaEventLog({ brokers: cluster.kafka.brokers, clientId: 'bench' })
  const stopping = new AbortController()
  const sending = sendEvents({
    log,
    useCase,
    rate,
    seed: 'fan-out',
    signal: stopping.signal,
    onAppend: () => {},
    onAcknowledged: () => {},
  })
  const query = `subscription { predictions(useCase: ${useCase.id}) { id at eventId score } }`
  const url = `${cluster.url.replace('http', 'ws')}/graphql`
  const child = spawn(process.execPath, ['--no-warnings', CHILD, url, String(subscribers), query], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The subscribers ended with code ${code}.`)
  })
  exited.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => (await Promise.race([lines.next(), exited])).value as string
  const state = async () => {
    child.stdin.write('\n')
    const messages = Number(await line())
    return { messages, cpuSeconds: await cpuSecondsOf(cluster.url), at: performance.now() }
  }
  try {
    await line()
    await sleep(2000)
    const from = await state()
    await Promise.race([sleep(seconds * 1000), sending])
    const to = await state()
    return {
      subscribers,
      messages: to.messages - from.messages,
      seconds: (to.at - from.at) / 1000,
      cpuSeconds: to.cpuSeconds - from.cpuSeconds,
    }
  } finally {
    child.kill('SIGKILL')
    stopping.abort()
    await sending
  }
}

async function cpuSecondsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const [, value] = CPU.exec(text) ?? []
  if (value === undefined) throw new Error('The gateway does not tell its CPU time at /metrics.')
  return Number(value)
}
