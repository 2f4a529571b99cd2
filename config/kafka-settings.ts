import type { EnvironmentReader } from './environment-reader.ts'
import { readTlsFiles, type TlsSettings } from './tls-settings.ts'

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

export interface KafkaSettings {
  brokers: readonly string[]
  tls?: TlsSettings
  sasl?: { mechanism: (typeof MECHANISMS)[number]; username: string; password: string }
  replicationFactor?: number
  topicPrefix?: string
}

const DEFAULT_PORT = 9092
const BELONGING = [
  'KAFKA_TLS',
  'KAFKA_TLS_CA',
  'KAFKA_TLS_CERT',
  'KAFKA_TLS_KEY',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'KAFKA_REPLICATION_FACTOR',
  'KAFKA_TOPIC_PREFIX',
]

/** `KAFKA_*`; undefined where no broker is named. */
export function readKafkaSettings(read: EnvironmentReader): KafkaSettings | undefined {
  const hosts = read.hosts('KAFKA_BROKERS', DEFAULT_PORT)
  const given = read.set(BELONGING)
  if (read.text('KAFKA_BROKERS') === undefined) {
    if (given.length > 0) read.problem(`${given.join(', ')} set without KAFKA_BROKERS; its addresses wanted.`)
    return undefined
  }
  const files = readTlsFiles(read, 'KAFKA_TLS')
  const wantsTls = read.flag('KAFKA_TLS')
  if (wantsTls === false && files)
    read.problem('KAFKA_TLS: "false" given although KAFKA_TLS_CA, _CERT or _KEY names a file.')
  const tls = files ?? (wantsTls ? {} : undefined)
  const sasl = readSasl(read)
  const replicationFactor = read.integer('KAFKA_REPLICATION_FACTOR', { min: 1, max: 32_767 })
  const topicPrefix = read.text('KAFKA_TOPIC_PREFIX')
  if (topicPrefix !== undefined && !/^[A-Za-z0-9._-]{1,100}$/.test(topicPrefix))
    read.problem(
      `KAFKA_TOPIC_PREFIX: "${topicPrefix}" given, up to 100 letters, digits, dots, dashes and underscores wanted.`,
    )
  return {
    brokers: (hosts ?? []).map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
    ...(tls && { tls }),
    ...(sasl && { sasl }),
    ...(replicationFactor !== undefined && { replicationFactor }),
    ...(topicPrefix !== undefined && { topicPrefix }),
  }
}

function readSasl(read: EnvironmentReader): KafkaSettings['sasl'] {
  const names = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']
  const mechanism = read.oneOf('KAFKA_SASL_MECHANISM', MECHANISMS)
  const username = read.text('KAFKA_SASL_USERNAME')
  const password = read.secret('KAFKA_SASL_PASSWORD')
  const given = read.set(names)
  if (given.length > 0 && given.length < names.length)
    read.problem(`${given.join(', ')} set alone; ${names.join(', ')} wanted together.`)
  return mechanism && username && password ? { mechanism, username, password } : undefined
}
