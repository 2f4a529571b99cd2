import { setTimeout as sleep } from 'node:timers/promises'
import { PortError } from '#ports/port-error.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { finalFailure, isOutage, unsupportedKafka } from './failure.ts'
import { API_KEYS, type ApiVersions, REQUESTS } from './kafkajs-internals.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { createLink } from './link.ts'
import { requestMetadata } from './request-metadata.ts'

/** What every use needs. Produce 7 and Fetch 11 are ours (KIP-110, KIP-392); of the rest kafkajs speaks several versions. */
const OURS: Readonly<Record<string, number>> = { Produce: 7, Fetch: 11 }
const NEEDED = [
  'Produce',
  'Fetch',
  'Metadata',
  'ListOffsets',
  'OffsetCommit',
  'OffsetFetch',
  'GroupCoordinator',
  'InitProducerId',
  'AddPartitionsToTxn',
  'EndTxn',
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'LeaveGroup',
  'ListGroups',
  'CreateTopics',
  'DescribeConfigs',
]
const ADDRESS = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/
/** A listener that answers and then hangs up on so many connections in a row wants a login, rather than being restarted. */
const HANG_UPS = 3

/** Finds a broker that lets us in. Throws at once what a further attempt cannot mend, else after the last try. */
export const openCluster = async (settings: KafkaSettings): Promise<Cluster> => {
  const addresses = settings.brokers.map(parseAddress)
  if (addresses.length === 0)
    throw new PortError(
      'INVALID_ARGUMENT',
      'No Kafka broker was given, wanted host:port of at least one in KAFKA_BROKERS.',
    )
  const { tries, delayMs } = settings.connect
  for (let attempt = 1; ; attempt++) {
    let failure: unknown
    for (const address of addresses) {
      failure = await tryBroker(address, settings)
      if (failure === null) return createCluster(settings, addresses)
      if (failure instanceof PortError) throw failure
    }
    const message = failure instanceof Error ? failure.message : String(failure)
    if (attempt >= tries) {
      throw new PortError(
        'ENGINE_UNREACHABLE',
        `Kafka: no broker of ${settings.brokers.join(', ')} (KAFKA_BROKERS) could be reached in ${tries} tries: ${message}. Check that the brokers run and that host and port are right.`,
        { cause: failure },
      )
    }
    settings.onNotice('warn', `Kafka could not be reached, try ${attempt} of ${tries}: ${message}.`)
    await sleep(delayMs * (0.75 + Math.random() / 2))
  }
}

/** Null when the broker serves us; a `PortError` where trying again makes no sense; else what went wrong. */
const tryBroker = async (
  { host, port }: { host: string; port: number },
  settings: KafkaSettings,
): Promise<unknown> => {
  const target = `${host}:${port}`
  let alerted = false
  const link = createLink(settings, {
    host,
    port,
    onTlsAlert() {
      alerted = true
      link.close()
    },
  })
  let hangUps = 0
  for (;;) {
    let isServed = false
    try {
      checkVersions(await link.versions(), target)
      isServed = true
      // What a listener that wants a login does not answer: it hangs up.
      await requestMetadata(link, [])
      link.close()
      return null
    } catch (error) {
      const final = finalFailure(error, target, settings)
      const hungUp = isServed && error instanceof Error && /closed/i.test(error.message)
      // Once it may have been a restart.
      if (!final && hungUp && ++hangUps < HANG_UPS) continue
      link.close()
      if (alerted) return misled(target, 'the listener speaks TLS only: set KAFKA_TLS', error)
      if (final) return final
      if (!isOutage(error)) throw error
      if (hungUp) return loginWanted(target, error)
      const isPlain = settings.tls !== undefined && (await answersPlainly(settings, { host, port }))
      return isPlain ? misled(target, 'the listener does not speak TLS: unset KAFKA_TLS', error) : error
    }
  }
}

/** Kafka hangs up on TLS where it expects none, as does a proxy whose broker is gone; only the former answers otherwise. */
const answersPlainly = async (
  { tls: _tls, sasl: _sasl, ...settings }: KafkaSettings,
  address: { host: string; port: number },
): Promise<boolean> => {
  const link = createLink(settings, address)
  const answers = await link.versions().then(
    () => true,
    () => false,
  )
  link.close()
  return answers
}

const misled = (target: string, text: string, cause: unknown): PortError =>
  new PortError('ENGINE_UNREACHABLE', `Kafka, ${target}: ${text}, or use the port of another listener.`, {
    cause,
  })

const loginWanted = (target: string, cause: unknown): PortError =>
  new PortError(
    'ENGINE_ACCESS_DENIED',
    `Kafka, ${target}: the listener hangs up on this client: it may want a login: set KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`,
    { cause },
  )

/** Throws `ENGINE_UNSUPPORTED` unless there is a version of each request that both ends speak. */
const checkVersions = (versions: ApiVersions, target: string): void => {
  for (const api of NEEDED) {
    const spoken = versions[API_KEYS[api]!]
    const mine = OURS[api] === undefined ? REQUESTS[api]!.versions.map(Number) : [OURS[api]]
    if (!spoken || !mine.some(version => version >= spoken.minVersion && version <= spoken.maxVersion))
      throw unsupportedKafka(target)
  }
}

const parseAddress = (address: string): { host: string; port: number } => {
  const [, bracketed, plain, port] = ADDRESS.exec(address.trim()) ?? []
  const host = bracketed ?? plain
  if (!host || Number(port) < 1 || Number(port) > 65_535)
    throw new PortError(
      'INVALID_ARGUMENT',
      `Kafka broker ${JSON.stringify(address)} was given in KAFKA_BROKERS, wanted host:port.`,
    )
  return { host, port: Number(port) }
}
