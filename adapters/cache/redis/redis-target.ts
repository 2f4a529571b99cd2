import { PortError } from '#ports/port-error.ts'
import type { RedisAddress, RedisOptions, RedisTls } from './redis-options.ts'

/** Which engine to speak to, and as whom. */
export interface RedisTarget {
  kind: 'server' | 'sentinel' | 'cluster'
  /** One server; the sentinels; nodes of the cluster. At least one. */
  addresses: readonly RedisAddress[]
  /** With sentinels. */
  master: string
  sentinelUsername?: string
  sentinelPassword?: string
  username?: string
  password?: string
  database: number
  tls?: RedisTls
  /** The setting that an operator would correct. */
  setting: 'REDIS_URL' | 'REDIS_SENTINELS' | 'REDIS_CLUSTER'
  /** For messages, without secrets: `Redis at 127.0.0.1:6379 (REDIS_URL)`. */
  label: string
}

const DEFAULT_PORT = 6379

/** Reads the options. Throws INVALID_ARGUMENT, which names the setting and never repeats its value: it may hold a password. */
export const redisTarget = (options: RedisOptions): RedisTarget => {
  const { url, sentinels = [], cluster = [], sentinelMaster } = options
  const given = [url !== undefined, sentinels.length > 0, cluster.length > 0].filter(Boolean).length
  if (given !== 1) {
    throw new PortError(
      'INVALID_ARGUMENT',
      `${given} of REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER are set, wanted exactly one.`,
    )
  }
  if (url !== undefined) return serverTarget(url, options)
  if (cluster.length > 0) {
    return {
      ...shared(options),
      kind: 'cluster',
      addresses: cluster,
      setting: 'REDIS_CLUSTER',
      label: `Redis Cluster at ${list(cluster)} (REDIS_CLUSTER)`,
    }
  }
  if (!sentinelMaster) {
    throw new PortError(
      'INVALID_ARGUMENT',
      'REDIS_SENTINELS was given without REDIS_SENTINEL_MASTER, wanted the name of the master that they watch.',
    )
  }
  return {
    ...shared(options),
    kind: 'sentinel',
    addresses: sentinels,
    master: sentinelMaster,
    setting: 'REDIS_SENTINELS',
    label: `Redis master "${sentinelMaster}" of the sentinels ${list(sentinels)} (REDIS_SENTINELS)`,
  }
}

const serverTarget = (text: string, options: RedisOptions): RedisTarget => {
  const url = URL.parse(text)
  const database = url && /^\/?(\d*)$/.exec(url.pathname)?.[1]
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol) || database == null) {
    throw new PortError(
      'INVALID_ARGUMENT',
      'REDIS_URL is no address of a Redis, wanted redis://host:port or rediss://host:port, with /database if not 0.',
    )
  }
  const address = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || DEFAULT_PORT }
  const username = options.username ?? decodeURIComponent(url.username)
  const password = options.password ?? decodeURIComponent(url.password)
  const tls = options.tls ?? (url.protocol === 'rediss:' ? {} : undefined)
  return {
    ...shared({ ...options, username, password, ...(tls && { tls }) }),
    kind: 'server',
    addresses: [address],
    database: Number(database),
    setting: 'REDIS_URL',
    label: `Redis at ${list([address])} (REDIS_URL)`,
  }
}

/** Empty texts count as absent: that is how an environment says so. */
const shared = ({ username, password, tls, sentinelUsername, sentinelPassword }: RedisOptions) => ({
  master: '',
  database: 0,
  ...(username && { username }),
  ...(password && { password }),
  ...(tls && { tls }),
  ...(sentinelUsername && { sentinelUsername }),
  ...(sentinelPassword && { sentinelPassword }),
})

const list = (addresses: readonly RedisAddress[]): string =>
  addresses.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ')
