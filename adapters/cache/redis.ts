import type { Cache, Lease } from '#ports/cache.ts'
import { PortError } from '#ports/port-error.ts'
import { requirePositive } from './arguments.ts'
import { keyNames } from './redis/key-names.ts'
import { ACQUIRE_LEASE, LEASE_HOLDER, RELEASE_LEASE } from './redis/lease-scripts.ts'
import { type LuaScript, runScript } from './redis/lua-script.ts'
import { openRedisConnections } from './redis/open-connections.ts'
import { ownBytes } from './redis/own-bytes.ts'
import { createRedisChannels } from './redis/redis-channels.ts'
import type { RedisOptions } from './redis/redis-options.ts'
import { TAKE_TOKENS } from './redis/take-tokens-script.ts'

export type { RedisOptions }

/**
 * The cache of many processes: Redis 6.2 or later, alone, behind sentinels, or a cluster. Times are the server's.
 *
 * Opening retries for `openTimeoutMs` with jittered pauses, then rejects with ENGINE_UNREACHABLE. Wrong credentials, a
 * denial (ENGINE_ACCESS_DENIED), an older version or what is no Redis (ENGINE_UNSUPPORTED) reject at once. Messages name
 * setting, host and remedy, never a secret.
 *
 * Afterwards a command fails within `commandTimeoutMs`, at once while the connection is known to be lost; none is queued
 * or sent twice. It reconnects by itself, channels included, and tells `onNotice` once per outage and recovery.
 *
 * A flush or an eviction loses values, which are misses, and buckets, which begin full. `allkeys-*` policies may evict
 * leases too: a second owner takes one over while the first believes in it until it renews, so what they write must be
 * fenced where it is written. Its term is above every earlier one even then. `volatile-*` policies spare leases.
 */
export const openRedisCache = async (options: RedisOptions): Promise<Cache> => {
  const names = keyNames(options.keyPrefix ?? 'coelho:')
  const connections = await openRedisConnections(options, names)
  const { client, listening } = connections
  const channels = createRedisChannels(listening)
  let closed = false

  const requireOpen = () => {
    if (closed) throw new PortError('CACHE_CLOSED', 'The cache is closed, wanted an open one.')
  }
  const run = async <T>(command: () => Promise<T>): Promise<T> => {
    requireOpen()
    try {
      connections.requireUp()
      return await command()
    } catch (error) {
      requireOpen()
      throw connections.failed(error)
    }
  }
  const script = (lua: LuaScript, key: string, ...args: (string | number)[]) =>
    run(() => runScript(client, lua, key, args))

  return {
    async get(key) {
      const value = await run(() => client.getBuffer(names.value(key)))
      return value && ownBytes(value)
    },

    async set(key, value, { ttlMs } = {}) {
      if (ttlMs !== undefined) requirePositive(`Key ${key}`, { ttlMs })
      const { buffer, byteOffset, byteLength } = value
      // A cluster may read the value again after a redirection, when its owner has changed it.
      const data = client.isCluster ? Buffer.from(value) : Buffer.from(buffer, byteOffset, byteLength)
      await run(() =>
        ttlMs === undefined
          ? client.set(names.value(key), data)
          : client.set(names.value(key), data, 'PX', Math.ceil(ttlMs)),
      )
    },

    async delete(key) {
      return (await run(() => client.unlink(names.value(key)))) === 1
    },

    async publish(channel, message) {
      await run(() => client.publish(names.channel(channel), Buffer.from(message)))
    },

    async subscribe(channel, listener) {
      requireOpen()
      try {
        return await channels.subscribe(names.channel(channel), listener)
      } catch (error) {
        requireOpen()
        throw connections.failed(error)
      }
    },

    async acquireLease(name, owner, ttlMs) {
      requirePositive(`Lease ${name}`, { ttlMs })
      const reply = await script(ACQUIRE_LEASE, names.lease(name), owner, Math.ceil(ttlMs))
      return reply === null ? null : lease(name, [owner, ...(reply as string[])])
    },

    async releaseLease(name, owner) {
      return (await script(RELEASE_LEASE, names.lease(name), owner)) === 1
    },

    async leaseHolder(name) {
      const reply = await script(LEASE_HOLDER, names.lease(name))
      return reply === null ? null : lease(name, reply as string[])
    },

    async takeTokens(bucket, { capacity, refillPerSecond, cost = 1 }) {
      requirePositive(`Bucket ${bucket}`, { capacity, refillPerSecond, cost })
      const reply = await script(TAKE_TOKENS, names.bucket(bucket), capacity, refillPerSecond, cost)
      const [taken, left, wait] = (reply as (number | string)[]).map(Number) as [number, number, number]
      return { taken: taken === 1, left, retryAfterMs: wait < 0 ? Number.POSITIVE_INFINITY : wait }
    },

    async [Symbol.asyncDispose]() {
      closed = true
      channels.clear()
      await connections[Symbol.asyncDispose]()
    },
  }
}

const lease = (name: string, [owner = '', term, expires]: string[]): Lease => ({
  name,
  owner,
  term: Number(term),
  expiresAt: Number(expires),
})
