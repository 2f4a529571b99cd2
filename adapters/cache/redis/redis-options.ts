export interface RedisOptions {
  /** One server: `redis://[user:password@]host:port[/database]`, or `rediss://` for TLS. */
  url?: string
  /** Sentinels that know the server, beside `sentinelMaster`. */
  sentinels?: readonly RedisAddress[]
  sentinelMaster?: string
  /** Of the sentinels themselves, where they ask for it. */
  sentinelUsername?: string
  sentinelPassword?: string
  /** Some nodes of a cluster; it names the others. */
  cluster?: readonly RedisAddress[]
  /** ACL user and password; they win over those of `url`. */
  username?: string
  password?: string
  /** PEM texts; an empty object asks for TLS with the authorities that Node trusts. */
  tls?: RedisTls
  /** Begins every key and channel, default `coelho:`. */
  keyPrefix?: string
  /** How long `openRedisCache` keeps trying to reach the engine, default 30 000 ms. */
  openTimeoutMs?: number
  /** How long a command may take, default 1500 ms. */
  commandTimeoutMs?: number
  /** Told once when the engine is lost and once when it is back. */
  onNotice?: RedisNotice
}

export interface RedisAddress {
  host: string
  port: number
}

export interface RedisTls {
  ca?: string
  cert?: string
  key?: string
}

export type RedisNotice = (level: 'info' | 'warn', message: string) => void
