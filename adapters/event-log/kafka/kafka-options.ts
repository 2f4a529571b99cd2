/** How to reach and use a Kafka cluster. Secrets appear in no message. */
export interface KafkaOptions {
  /** `host:port` each; any of them is enough to find the others. */
  brokers: readonly string[]
  clientId?: string
  /** PEM texts; an empty object trusts the authorities that Node knows. */
  tls?: { ca?: string; cert?: string; key?: string }
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  /** Of topics that are created; default 1. */
  replicationFactor?: number
  /** In front of the names of topics, consumer groups and transactional ids, so that installations can share a cluster. */
  topicPrefix?: string
  onNotice?: (level: 'info' | 'warn' | 'error', message: string) => void
  /** How long opening tries to reach a broker; default 30 tries, 10 s apart. Refusals end it at once. */
  connect?: { tries: number; delayMs: number }
  /** Milliseconds after which a call that met nothing but outages gives up with `ENGINE_UNREACHABLE`; default 60 s. */
  patienceMs?: number
}

/** The options with their defaults. */
export type KafkaSettings = Required<Omit<KafkaOptions, 'tls' | 'sasl'>> & Pick<KafkaOptions, 'tls' | 'sasl'>

export const kafkaSettings = ({
  brokers,
  clientId = 'coelho-realtime',
  tls,
  sasl,
  replicationFactor = 1,
  topicPrefix = '',
  onNotice = () => {},
  connect = { tries: 30, delayMs: 10_000 },
  patienceMs = 60_000,
}: KafkaOptions): KafkaSettings => ({
  brokers,
  clientId,
  ...(tls && { tls }),
  ...(sasl && { sasl }),
  replicationFactor,
  topicPrefix,
  onNotice,
  connect,
  patienceMs,
})
