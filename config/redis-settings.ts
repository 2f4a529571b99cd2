import type { EnvironmentReader, HostAndPort } from './environment-reader.ts'
import { readTlsFiles, type TlsSettings } from './tls-settings.ts'

export interface RedisSettings {
  url?: string
  sentinels?: readonly HostAndPort[]
  sentinelMaster?: string
  cluster?: readonly HostAndPort[]
  username?: string
  password?: string
  tls?: TlsSettings
  keyPrefix?: string
}

const WAYS = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER']
const BELONGING = [
  'REDIS_SENTINEL_MASTER',
  'REDIS_USERNAME',
  'REDIS_PASSWORD',
  'REDIS_TLS',
  'REDIS_TLS_CA',
  'REDIS_TLS_CERT',
  'REDIS_TLS_KEY',
  'REDIS_KEY_PREFIX',
]
const SENTINEL_PORT = 26_379
const PORT = 6379

/** `REDIS_*`: one server, one behind Sentinel, or a cluster; undefined where none is named. */
export function readRedisSettings(read: EnvironmentReader): RedisSettings | undefined {
  const ways = read.set(WAYS)
  const others = read.set(BELONGING)
  if (ways.length === 0) {
    if (others.length > 0)
      read.problem(`${others.join(', ')} set without a server; one of ${WAYS.join(', ')} wanted.`)
    return undefined
  }
  if (ways.length > 1) read.problem(`${ways.join(' and ')} exclude each other; one of them wanted.`)

  const url = read.secret('REDIS_URL')
  const parsed = url === undefined ? undefined : checkedUrl(read, url)
  const sentinels = read.hosts('REDIS_SENTINELS', SENTINEL_PORT)
  const cluster = read.hosts('REDIS_CLUSTER', PORT)
  const sentinelMaster = read.text('REDIS_SENTINEL_MASTER')
  if (ways.includes('REDIS_SENTINELS') && sentinelMaster === undefined)
    read.problem('REDIS_SENTINELS is set without REDIS_SENTINEL_MASTER; the name of the master set wanted.')
  if (!ways.includes('REDIS_SENTINELS') && sentinelMaster !== undefined)
    read.problem('REDIS_SENTINEL_MASTER is set without REDIS_SENTINELS; addresses of the sentinels wanted.')

  const username = read.text('REDIS_USERNAME')
  const password = read.secret('REDIS_PASSWORD')
  if (username !== undefined && password === undefined)
    read.problem('REDIS_USERNAME is set without REDIS_PASSWORD; both wanted.')
  if (parsed && (parsed.username || parsed.password) && (username ?? password) !== undefined)
    read.problem(
      'REDIS_URL carries a user or a password, and REDIS_USERNAME or REDIS_PASSWORD does too; one wanted.',
    )

  const files = readTlsFiles(read, 'REDIS_TLS')
  const wantsTls = read.flag('REDIS_TLS')
  if (wantsTls === false && (files || parsed?.protocol === 'rediss:'))
    read.problem('REDIS_TLS: "false" given although REDIS_URL is rediss:// or REDIS_TLS_* names a file.')
  const tls = files ?? (wantsTls || parsed?.protocol === 'rediss:' ? {} : undefined)
  const keyPrefix = read.text('REDIS_KEY_PREFIX')
  return {
    ...(parsed && url && { url }),
    ...(sentinels && { sentinels }),
    ...(sentinelMaster && { sentinelMaster }),
    ...(cluster && { cluster }),
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    ...(keyPrefix && { keyPrefix }),
  }
}

/** Not shown when it is wrong: it may hold a password. */
function checkedUrl(read: EnvironmentReader, given: string): URL | undefined {
  const url = URL.parse(given)
  if (url && url.hostname !== '' && /^rediss?:$/.test(url.protocol) && /^\/?\d*$/.test(url.pathname))
    return url
  const what = url ? `a URL of ${url.protocol}//${url.host}${url.pathname}` : 'something that is no URL'
  read.problem(`REDIS_URL: ${what} given, redis://host:${PORT}/0 or rediss://host:${PORT}/0 wanted.`)
  return undefined
}
