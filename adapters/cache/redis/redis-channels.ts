import type { Redis } from 'ioredis'
import { isolated } from '../../isolated.ts'
import { ownBytes } from './own-bytes.ts'

export interface RedisChannels {
  subscribe(channel: string, listener: (message: Uint8Array) => void): Promise<AsyncDisposable>
  clear(): void
}

interface Subscriber {
  deliver(message: Uint8Array): void
}

/**
 * Listeners by channel over one connection: the first one of a channel subscribes, the last one to leave unsubscribes.
 * While the connection is away they are only kept; a new one subscribes to all of them.
 */
export const createRedisChannels = ({
  client,
  isUp,
  isOutage,
  onBroken,
  onResubscribe,
}: {
  client: Redis
  isUp: () => boolean
  /** True for errors that end with the outage; others are the subscriber's. */
  isOutage: (error: unknown) => boolean
  /** The connection cannot be trusted to hear what it should. */
  onBroken: () => void
  /** Is given what a new connection has to do before it is up. */
  onResubscribe: (resubscribe: () => Promise<void>) => void
}): RedisChannels => {
  const channels = new Map<string, { subscribers: Set<Subscriber>; subscribed: Promise<unknown> }>()

  client.on('messageBuffer', (name: Buffer, message: Buffer) => {
    const subscribers = channels.get(name.toString())?.subscribers
    if (!subscribers) return
    const own = ownBytes(message)
    for (const { deliver } of subscribers) deliver(own)
  })

  onResubscribe(async () => {
    if (channels.size > 0) await client.subscribe(...channels.keys())
  })

  const leave = async (channel: string, subscriber: Subscriber): Promise<void> => {
    const entry = channels.get(channel)
    if (!entry?.subscribers.delete(subscriber) || entry.subscribers.size > 0) return
    channels.delete(channel)
    // A connection that is away forgets the channel anyway, and one that fails here is made anew.
    if (isUp()) await client.unsubscribe(channel).catch(onBroken)
  }

  return {
    async subscribe(channel, listener) {
      const call = isolated(listener)
      const subscriber: Subscriber = { deliver: call }
      let entry = channels.get(channel)
      if (!entry) {
        entry = { subscribers: new Set(), subscribed: isUp() ? client.subscribe(channel) : Promise.resolve() }
        channels.set(channel, entry)
      }
      entry.subscribers.add(subscriber)
      try {
        await entry.subscribed
      } catch (error) {
        if (!isOutage(error)) {
          await leave(channel, subscriber)
          throw error
        }
        onBroken()
      }
      return { [Symbol.asyncDispose]: () => leave(channel, subscriber) }
    },
    clear() {
      channels.clear()
    },
  }
}
