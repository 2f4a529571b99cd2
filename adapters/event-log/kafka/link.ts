import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  API_KEYS,
  type ApiVersions,
  type ConnectionSettings,
  createBroker,
  createLogger,
  type LogEntry,
  type Protocol,
  REQUESTS,
  type WireBroker,
} from './kafkajs-internals.ts'
import type { KafkaSettings } from './kafka-options.ts'

/** One connection to one broker. A broker answers the requests of a connection one after the other. */
export interface Link {
  readonly host: string
  readonly port: number
  /** Sends a request that kafkajs encodes and decodes; error codes in the answer are left to the caller. */
  call<T>(api: string, options: object, timeoutMs?: number): Promise<T>
  /** Sends a request of our own. */
  send<T>(protocol: Protocol<T>): Promise<T>
  /** What the broker speaks; connects if need be. */
  versions(): Promise<ApiVersions>
  /** Fails whatever is under way and lets go of the socket. */
  close(): void
}

interface Opened {
  broker: WireBroker
  connecting: Promise<void>
  wasConnected: boolean
}

/** Wrongly configured ends are found out by what the other one says; a plain connection is answered with a TLS alert. */
export interface LinkEvents {
  onTlsAlert?: () => void
}

const CONNECT_TIMEOUT_MS = 5_000
/** A broker that is silent for longer is taken for gone; requests that may wait longer say so themselves. */
const REQUEST_TIMEOUT_MS = 10_000
const AUTHENTICATION_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 60_000
const TLS_ALERT = 0x15
/** kafkajs's number for them. */
const WARNINGS = 2

export const createLink = (
  { clientId, tls, sasl, onNotice }: KafkaSettings,
  { host, port, onTlsAlert }: { host: string; port: number } & LinkEvents,
): Link => {
  let closed: Error | null = null
  let opened: Opened | null = null

  // kafkajs logs each failed connection as an error; that is told once, by whoever cannot go on without it.
  const logCreator =
    () =>
    ({ level, log }: LogEntry) => {
      if (level === WARNINGS) onNotice('warn', `kafkajs, ${host}:${port}: ${log.message}`)
    }
  const settings: ConnectionSettings = {
    host,
    port,
    clientId,
    logger: createLogger({ level: WARNINGS, logCreator }),
    ssl: tls ? { ...tls } : null,
    // A copy, since kafkajs puts its authenticator into it.
    sasl: sasl ? { ...sasl } : null,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    socketFactory({ host, port, ssl, onConnect }) {
      const name = isIP(host) ? {} : { servername: host }
      const socket = ssl
        ? connectTls({ host, port, ...name, ...ssl }, onConnect)
        : connectTcp({ host, port }, onConnect)
      socket.setKeepAlive(true, KEEP_ALIVE_MS)
      socket.setNoDelay(true)
      if (!ssl && onTlsAlert)
        socket.once('data', (data: Buffer) => data[0] === TLS_ALERT && data[1] === 3 && onTlsAlert())
      return socket
    },
  }

  const open = (): Opened => {
    const broker = createBroker(settings, AUTHENTICATION_TIMEOUT_MS)
    const own: Opened = { broker, connecting: broker.connect(), wasConnected: false }
    own.connecting.then(
      () => {
        own.wasConnected = true
      },
      // Those who wait for it hear of it.
      () => {},
    )
    return own
  }
  const ready = async (): Promise<WireBroker> => {
    if (closed) throw closed
    if (opened?.wasConnected && !opened.broker.isConnected()) drop(opened.broker, connectionClosed())
    opened ??= open()
    const { broker, connecting } = opened
    try {
      // One attempt for all. kafkajs says that it is connected before it knows which versions the broker speaks.
      await connecting
    } catch (error) {
      drop(broker, error)
      throw error
    }
    if (closed) throw closed
    return broker
  }
  /** A connection that failed in any way is not used again: answers may be missing, or come too late. */
  const drop = (broker: WireBroker, reason: unknown) => {
    if (opened?.broker !== broker) return
    opened = null
    const error = reason instanceof Error ? reason : new Error(String(reason))
    for (const connection of broker.connectionPool.pool) {
      connection.rejectRequests(error)
      // An error, since only that ends an attempt to connect.
      connection.socket?.destroy(error)
      connection.disconnect().catch(() => {})
    }
  }
  const send = async <T>(protocol: Protocol<T>): Promise<T> => {
    const broker = await ready()
    try {
      const connection = await broker.connectionPool.getConnection()
      return await connection.send(protocol)
    } catch (error) {
      drop(broker, error)
      throw error
    }
  }
  const versions = async (): Promise<ApiVersions> => (await ready()).versions ?? {}

  return {
    host,
    port,
    send,
    versions,
    async call<T>(api: string, options: object, timeoutMs?: number): Promise<T> {
      const { request, response, requestTimeout } = await requestOf(api, options, await versions())
      const wait = timeoutMs ?? requestTimeout
      return send<T>({
        request,
        response: { decode: response.decode, parse: async (decoded: T) => decoded },
        ...(wait !== undefined && { requestTimeout: wait }),
      })
    },
    close() {
      closed ??= connectionClosed()
      if (opened) drop(opened.broker, closed)
    },
  }
}

const connectionClosed = () => new Error('The connection has been closed.')

/** The newest version of a request that both ends speak; `open-cluster.ts` has checked that there is one. */
const requestOf = async (api: string, options: object, versions: ApiVersions): Promise<Protocol<unknown>> => {
  const definition = REQUESTS[api]!
  const newest = Math.max(...definition.versions.map(Number))
  const version = Math.min(newest, versions[API_KEYS[api]!]?.maxVersion ?? newest)
  return definition.protocol({ version })(options)
}
