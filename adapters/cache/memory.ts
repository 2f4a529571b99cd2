import type { Cache, Lease } from '#ports/cache.ts'
import { PortError } from '#ports/port-error.ts'
import { isolated } from '../isolated.ts'
import { requirePositive } from './arguments.ts'
import { createBoundedStore } from './bounded-store.ts'
import { createTokenBuckets } from './token-buckets.ts'

const DEFAULT_MAX_BYTES = 64 * 1024 ** 2

export interface MemoryCacheOptions {
  now?: () => number
  /** Bytes of keys and values kept; the least recently used go first. */
  maxBytes?: number
}

/** The cache of one process. Values are copied in and out, as across a network. */
export const createMemoryCache = ({
  now = Date.now,
  maxBytes = DEFAULT_MAX_BYTES,
}: MemoryCacheOptions = {}): Cache => {
  const store = createBoundedStore({ now, maxBytes })
  const buckets = createTokenBuckets({ now })
  const leases = new Map<string, Lease>()
  const channels = new Map<string, Set<{ deliver: (message: Uint8Array) => void }>>()
  let closed = false

  const requireOpen = () => {
    if (closed) throw new PortError('CACHE_CLOSED', 'The cache is closed, wanted an open one.')
  }
  const holderOf = (name: string): Lease | null => {
    const lease = leases.get(name)
    return lease && lease.expiresAt > now() ? lease : null
  }

  return {
    async get(key) {
      requireOpen()
      const value = store.get(key)
      return value ? new Uint8Array(value) : null
    },

    async set(key, value, { ttlMs } = {}) {
      requireOpen()
      if (ttlMs !== undefined) requirePositive(`Key ${key}`, { ttlMs })
      store.set(key, new Uint8Array(value), ttlMs === undefined ? Number.POSITIVE_INFINITY : now() + ttlMs)
    },

    async delete(key) {
      requireOpen()
      return store.delete(key)
    },

    async publish(channel, message) {
      requireOpen()
      const copy = new Uint8Array(message)
      for (const { deliver } of channels.get(channel) ?? []) queueMicrotask(() => deliver(copy))
    },

    async subscribe(channel, listener) {
      requireOpen()
      const subscribers = channels.get(channel) ?? new Set()
      channels.set(channel, subscribers)
      const call = isolated(listener)
      const subscriber = {
        deliver(message: Uint8Array) {
          // A message under way when its subscriber leaves is dropped.
          if (subscribers.has(subscriber)) call(message)
        },
      }
      subscribers.add(subscriber)
      return {
        async [Symbol.asyncDispose]() {
          subscribers.delete(subscriber)
          if (subscribers.size === 0 && channels.get(channel) === subscribers) channels.delete(channel)
        },
      }
    },

    async acquireLease(name, owner, ttlMs) {
      requireOpen()
      requirePositive(`Lease ${name}`, { ttlMs })
      const held = holderOf(name)
      if (held && held.owner !== owner) return null
      // An expired lease stays in the map for its term, which must never be given out twice.
      const term = held ? held.term : (leases.get(name)?.term ?? 0) + 1
      const lease = { name, owner, term, expiresAt: now() + ttlMs }
      leases.set(name, lease)
      return { ...lease }
    },

    async releaseLease(name, owner) {
      requireOpen()
      const held = holderOf(name)
      if (held?.owner !== owner) return false
      leases.set(name, { ...held, expiresAt: Number.NEGATIVE_INFINITY })
      return true
    },

    async leaseHolder(name) {
      requireOpen()
      const held = holderOf(name)
      return held && { ...held }
    },

    async takeTokens(bucket, { capacity, refillPerSecond, cost = 1 }) {
      requireOpen()
      requirePositive(`Bucket ${bucket}`, { capacity, refillPerSecond, cost })
      return buckets.take(bucket, { capacity, refillPerSecond, cost })
    },

    async [Symbol.asyncDispose]() {
      closed = true
      store.clear()
      buckets.clear()
      for (const subscribers of channels.values()) subscribers.clear()
      channels.clear()
    },
  }
}
