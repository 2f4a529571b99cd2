import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { type KafkaVersion, requireKafka } from './install-kafka.ts'
import { type RunningProcess, startProcess } from './start-process.ts'

export interface KafkaBrokerOptions {
  version?: KafkaVersion
  /** Of the listener for clients; default any free one. */
  port?: number
  /** What clients are told instead of it, for a proxy in between. */
  advertisedPort?: number
  /** Kept when the broker stops; default a temporary one that goes with it. */
  directory?: string
  /** Of server.properties, over the defaults. */
  properties?: Readonly<Record<string, string | number>>
  /** Users by mechanism; PLAIN users live in the properties, SCRAM users are stored when the directory is formatted. */
  sasl?: {
    plain?: Readonly<Record<string, string>>
    scram256?: Readonly<Record<string, string>>
    scram512?: Readonly<Record<string, string>>
  }
  /** PEM: the broker's PKCS #8 key and certificate; with `clientCa` clients must show a certificate of that authority. */
  tls?: { key: string; cert: string; clientCa?: string }
  /** Of the JVM; default 512. */
  heapMb?: number
}

export interface KafkaBroker extends AsyncDisposable {
  readonly version: KafkaVersion
  /** For clients. */
  readonly brokers: readonly string[]
  readonly host: string
  readonly port: number
  readonly directory: string
  readonly pid: number
  output(): string
  /** SIGKILL; `restart` goes on with what is on the disk. */
  kill(): Promise<void>
  /** Starts again in the same directory, on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const START_TIMEOUT_MS = 90_000
const READY = 'Kafka Server started'

/**
 * A Kafka broker of one node in KRaft mode on 127.0.0.1, controller included, small enough for tests: about 340 MB, and
 * ready in about four seconds. Throws with the end of the broker's log if it does not come up.
 */
export async function startKafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const { version = '4.4.0', heapMb = 512 } = options
  const libs = join(await requireKafka(version), '*')
  const temporary = options.directory === undefined
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'kafka-')))
  await mkdir(directory, { recursive: true })
  const port = options.port ?? (await freePort())
  const ports = { client: port, internal: await freePort(), controller: await freePort() }
  const configFile = join(directory, 'server.properties')
  await writeFile(configFile, serverProperties(options, join(directory, 'data'), ports), { mode: 0o600 })
  const forget = async () => {
    if (temporary) await rm(directory, { recursive: true, force: true })
  }
  const starting = format(libs, directory, configFile, options).then(start)
  starting.catch(forget)
  let running: RunningProcess | null = await starting
  async function start(): Promise<RunningProcess> {
    return startProcess({
      name: `Kafka ${version}`,
      command: 'java',
      args: [
        `-Xmx${heapMb}m`,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Xshare:auto',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
        '-cp',
        libs,
        'kafka.Kafka',
        configFile,
      ],
      cwd: directory,
      isReady: ({ output }) => output().includes(READY),
      timeoutMs: START_TIMEOUT_MS,
    })
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = running
    running = null
    await ending?.stop({ signal })
  }
  async function stop(): Promise<void> {
    await end('SIGTERM')
    await forget()
  }
  return {
    version,
    brokers: [`${HOST}:${port}`],
    host: HOST,
    port,
    directory,
    get pid() {
      return running?.pid ?? -1
    },
    output: () => running?.output() ?? '',
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL')
      running = await start()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

interface Ports {
  client: number
  internal: number
  controller: number
}

/** Clients have a listener of their own, so that the broker itself needs neither password nor certificate. */
function serverProperties(
  { sasl, tls, advertisedPort, properties = {} }: KafkaBrokerOptions,
  dataDirectory: string,
  { client, internal, controller }: Ports,
): string {
  const protocol = sasl ? (tls ? 'SASL_SSL' : 'SASL_PLAINTEXT') : tls ? 'SSL' : 'PLAINTEXT'
  const quick = { segmentDeleteMs: 1000, retentionCheckMs: 500, cleanerBackoffMs: 200 }
  const all: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${HOST}:${controller}`,
    listeners: `CLIENT://${HOST}:${client},INTERNAL://${HOST}:${internal},CONTROLLER://${HOST}:${controller}`,
    'advertised.listeners': `CLIENT://${HOST}:${advertisedPort ?? client},INTERNAL://${HOST}:${internal}`,
    'listener.security.protocol.map': `CLIENT:${protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDirectory,
    // A killed broker may register again only once its last session is over: nine seconds by default.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 300,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.partitions': 1,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'log.initial.task.delay.ms': quick.retentionCheckMs,
    'log.retention.check.interval.ms': quick.retentionCheckMs,
    'log.segment.delete.delay.ms': quick.segmentDeleteMs,
    'log.cleaner.backoff.ms': quick.cleanerBackoffMs,
    'log.cleaner.dedupe.buffer.size': 4 * 1024 ** 2,
    ...(tls && tlsProperties(tls)),
    ...(sasl && saslProperties(sasl)),
    ...properties,
  }
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function tlsProperties({
  key,
  cert,
  clientCa,
}: NonNullable<KafkaBrokerOptions['tls']>): Record<string, string> {
  // A properties file takes several lines as one value if each but the last ends with `\n\`.
  const inline = (pem: string) => pem.trim().replaceAll('\n', '\\n\\\n')
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.key': inline(key),
    'ssl.keystore.certificate.chain': inline(cert),
    ...(clientCa && {
      'ssl.client.auth': 'required',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': inline(clientCa),
    }),
  }
}

function saslProperties({
  plain,
  scram256,
  scram512,
}: NonNullable<KafkaBrokerOptions['sasl']>): Record<string, string> {
  const mechanisms = [plain && 'PLAIN', scram256 && 'SCRAM-SHA-256', scram512 && 'SCRAM-SHA-512'].filter(
    Boolean,
  )
  const users = Object.entries(plain ?? {}).map(([name, password]) => ` user_${name}="${password}"`)
  const login = (module: string, entries = '') =>
    `org.apache.kafka.common.security.${module} required${entries};`
  return {
    'sasl.enabled.mechanisms': mechanisms.join(','),
    ...(plain && {
      'listener.name.client.plain.sasl.jaas.config': login('plain.PlainLoginModule', users.join('')),
    }),
    ...(scram256 && {
      'listener.name.client.scram-sha-256.sasl.jaas.config': login('scram.ScramLoginModule'),
    }),
    ...(scram512 && {
      'listener.name.client.scram-sha-512.sasl.jaas.config': login('scram.ScramLoginModule'),
    }),
  }
}

/** Prepares an empty directory, once; its cluster id follows from its path. */
async function format(
  libs: string,
  directory: string,
  configFile: string,
  { sasl }: KafkaBrokerOptions,
): Promise<void> {
  const formatted = await stat(join(directory, 'data', 'meta.properties')).then(
    () => true,
    () => false,
  )
  if (formatted) return
  // A '-' at its beginning would pass for an option.
  const hash = createHash('sha256').update(directory).digest().subarray(0, 16)
  const clusterId = hash.toString('base64url').replaceAll(/[-_]/g, 'A')
  const scram = [
    ...Object.entries(sasl?.scram256 ?? {}).map(user => ['SCRAM-SHA-256', ...user] as const),
    ...Object.entries(sasl?.scram512 ?? {}).map(user => ['SCRAM-SHA-512', ...user] as const),
  ].flatMap(([mechanism, name, password]) => [
    '--add-scram',
    `${mechanism}=[name=${name},password=${password}]`,
  ])
  const args = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', libs, 'kafka.tools.StorageTool']
  const command = [...args, 'format', '-t', clusterId, '-c', configFile, ...scram]
  await promisify(execFile)('java', command).catch(({ stderr }: { stderr?: string }) => {
    // Not the error itself, which has the whole command in it, passwords included.
    const why = stderr || 'Java 17 is wanted on PATH.'
    throw new Error(`The directory ${directory} could not be formatted for Kafka. ${why}`)
  })
}
