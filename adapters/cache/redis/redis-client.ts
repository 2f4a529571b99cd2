import type { ConnectionOptions } from 'node:tls'
import { Cluster, type CommonRedisOptions, Redis } from 'ioredis'
import type { RedisTarget } from './redis-target.ts'

export type RedisClient = Redis | Cluster

/** A peer that has been silent for this many command timeouts, while an answer was due, is given up. */
const SILENT_TIMEOUTS = 2
const CLOSE_MS = 200
const LOADING_POLL_MS = 1000

const EXPLICIT = {
  protocol: 3,
  connectionName: 'coelho',
  disableClientInfo: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // A master that was demoted says so until its connection is made anew, which finds the new one.
  reconnectOnError: error => error.message.startsWith('READONLY'),
} satisfies CommonRedisOptions

/**
 * A client that is not connected yet and never reconnects, queues or repeats by itself: `redis-connection.ts` decides when to
 * connect, and a command that cannot be sent now fails now.
 */
export const createRedisClient = (target: RedisTarget, timeoutMs: number): RedisClient => {
  if (target.kind !== 'cluster') return createServerClient(target, timeoutMs)
  return new Cluster([...target.addresses], {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: timeoutMs,
    redisOptions: commonOptions(target, timeoutMs),
    // Certificates name hosts, not the addresses that they resolve to.
    ...(target.tls && { dnsLookup: (host, done) => done(null, host) }),
  })
}

/**
 * A client of one server: the one that is named, the sentinels' master, or any node of a cluster, all of which carry every
 * message of publish/subscribe.
 */
export const createServerClient = (target: RedisTarget, timeoutMs: number): Redis => {
  const options = {
    ...commonOptions(target, timeoutMs),
    db: target.database,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: null,
  }
  if (target.kind !== 'sentinel') return new Redis({ ...options, ...target.addresses[0] })
  return new Redis({
    ...options,
    sentinels: [...target.addresses],
    name: target.master,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: timeoutMs,
    ...(target.sentinelUsername && { sentinelUsername: target.sentinelUsername }),
    ...(target.sentinelPassword && { sentinelPassword: target.sentinelPassword }),
    ...(target.tls && { sentinelTLS: tlsOptions(target), enableTLSForSentinelMode: true }),
  })
}

const commonOptions = (target: RedisTarget, timeoutMs: number) => ({
  ...EXPLICIT,
  connectTimeout: timeoutMs,
  commandTimeout: timeoutMs,
  socketTimeout: timeoutMs * SILENT_TIMEOUTS,
  disconnectTimeout: CLOSE_MS,
  maxLoadingRetryTime: LOADING_POLL_MS,
  ...(target.username && { username: target.username }),
  ...(target.password && { password: target.password }),
  ...(target.tls && { tls: tlsOptions(target) }),
})

const tlsOptions = ({ tls = {}, addresses }: RedisTarget): ConnectionOptions => {
  const host = addresses[0]?.host ?? ''
  // Server names are for hosts only; an address is checked against the certificate as it is.
  const isName = !/^[\d.]+$|:/.test(host)
  return { ...tls, ...(isName && addresses.length === 1 && { servername: host }) }
}
