import { createRequire } from 'node:module'
import { PortError } from '#ports/port-error.ts'

// What we use of kafkajs below its public interface, in this one file. Its consumer cannot read without a group, its
// decoder loses what read_committed readers need (offsets of empty batches), and its producer cannot say what became of a
// commit; its connections, authentication and most of its requests are sound. The package is pinned and no longer moves.

/** The release that these types describe; another may differ in any of them. */
const VERSION = '2.2.4'

/** A request with its answer, as kafkajs's connections take them. */
export interface Protocol<T> {
  request: {
    apiKey: number
    apiVersion: number
    apiName: string
    encode: () => Promise<WireEncoder>
    expectResponse?: () => boolean
  }
  response: { decode: (payload: Buffer) => Promise<unknown>; parse: (decoded: never) => Promise<T> }
  requestTimeout?: number
  logResponseError?: boolean
}

export interface WireEncoder {
  readonly buffer: Buffer
  writeInt8(value: number): WireEncoder
  writeInt16(value: number): WireEncoder
  writeInt32(value: number): WireEncoder
  /** Of a decimal text or a number. */
  writeInt64(value: number | string | bigint): WireEncoder
  writeString(value: string | null): WireEncoder
  writeBytes(value: Buffer | null): WireEncoder
  writeBuffer(value: Buffer): WireEncoder
}

export interface WireConnection {
  readonly host: string
  readonly port: number
  readonly socket?: import('node:net').Socket
  isConnected(): boolean
  send<T>(protocol: Protocol<T>): Promise<T>
  disconnect(): Promise<unknown>
  rejectRequests(error: Error): void
}

/** Ranges of API versions that a broker speaks, by API key. */
export type ApiVersions = Readonly<Record<number, { minVersion: number; maxVersion: number } | undefined>>

export interface WireBroker {
  readonly connectionPool: {
    readonly pool: readonly WireConnection[]
    getConnection(index?: number): Promise<WireConnection>
  }
  readonly versions: ApiVersions | null
  isConnected(): boolean
  /** Connects, asks for the versions and authenticates; does nothing when that is done. */
  connect(): Promise<void>
}

export interface WireLogger {
  namespace(name: string): WireLogger
}

export interface LogEntry {
  namespace?: string
  level: number
  label: string
  log: { message: string; broker?: string; error?: string }
}

export interface ConnectionSettings {
  host: string
  port: number
  clientId: string
  logger: WireLogger
  ssl: import('node:tls').ConnectionOptions | null
  sasl: { mechanism: string; username: string; password: string } | null
  connectionTimeout: number
  requestTimeout: number
  socketFactory: (target: {
    host: string
    port: number
    ssl: import('node:tls').ConnectionOptions | null
    onConnect: () => void
  }) => import('node:net').Socket
}

/** An error that kafkajs throws; `type` is the protocol's name for it. */
export interface KafkaJsError extends Error {
  type?: string
  code?: string | number
  retriable?: boolean
  cause?: unknown
}

interface RequestDefinition {
  versions: readonly string[]
  protocol(of: { version: number }): (options: object) => Protocol<unknown>
}

interface ErrorCode {
  type: string
  code: number
  retriable: boolean
  message: string
}

interface RequestQueueState {
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  pending: readonly unknown[]
  checkPendingRequests(): void
}

const load = createRequire(import.meta.url)
const module = <T>(path: string): T => load(`kafkajs/${path}`) as T

const { version } = module<{ version: string }>('package.json')

/** Throws `ENGINE_UNSUPPORTED` unless the kafkajs that is installed is the one whose internals are known. */
export const requireKnownKafkaJs = (): void => {
  if (version === VERSION) return
  throw new PortError(
    'ENGINE_UNSUPPORTED',
    `The package kafkajs has version ${version}, but this adapter relies on internals of ${VERSION}: install kafkajs@${VERSION}.`,
  )
}

export const API_KEYS = module<Readonly<Record<string, number>>>('src/protocol/requests/apiKeys.js')
export const REQUESTS = module<{ requests: Readonly<Record<string, RequestDefinition>> }>(
  'src/protocol/requests/index.js',
).requests
export const ERROR_CODES = module<{ errorCodes: readonly ErrorCode[] }>('src/protocol/error.js').errorCodes
export const Encoder = module<new () => WireEncoder>('src/protocol/encoder.js')
export const createLogger = module<{
  createLogger(options: { level: number; logCreator: () => (entry: LogEntry) => void }): WireLogger
}>('src/loggers/index.js').createLogger

const Broker =
  module<
    new (options: {
      connectionPool: unknown
      logger: WireLogger
      nodeId: number | null
      versions: ApiVersions | null
      authenticationTimeout: number
      allowAutoTopicCreation: boolean
    }) => WireBroker
  >('src/broker/index.js')
const ConnectionPool = module<new (settings: ConnectionSettings) => WireBroker['connectionPool']>(
  'src/network/connectionPool.js',
)
const RequestQueue = module<{ prototype: { scheduleCheckPendingRequests(this: RequestQueueState): void } }>(
  'src/network/requestQueue/index.js',
)

export const createBroker = (settings: ConnectionSettings, authenticationTimeout: number): WireBroker =>
  new Broker({
    connectionPool: new ConnectionPool(settings),
    logger: settings.logger,
    nodeId: null,
    versions: null,
    authenticationTimeout,
    allowAutoTopicCreation: false,
  })

/** Milliseconds until a queue that waits for something else than a throttle looks again, as kafkajs has it. */
const CHECK_PENDING_MS = 10

// As it stands, every answered request starts a timer of `-1 - now` milliseconds, which Node takes for 1 and warns of.
// There is something to wait for only where requests are pending.
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return
  const throttledMs = this.throttledUntil - Date.now()
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    },
    throttledMs > 0 ? throttledMs : CHECK_PENDING_MS,
  )
}
