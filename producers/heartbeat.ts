import type { Cache } from '#ports/cache.ts'
import {
  HEARTBEAT_LIFE_MS,
  PRODUCER_HEARTBEAT,
  type ProducerHeartbeat,
  type ProducerStatus,
} from '#use-cases/producer-protocol.ts'

const BEAT_MS = 1000

export interface Heartbeat extends Disposable {
  /** Tells now what would else be told within a second. */
  beat(): void
}

/**
 * Tells once a second, through the cache, what the generators do, and at its end that they do nothing any more. A cache that is
 * away misses some.
 */
export function startHeartbeat({
  cache,
  instance,
  statuses,
}: {
  cache: Cache
  instance: string
  statuses: () => readonly ProducerStatus[]
}): Heartbeat {
  const tell = (told: ProducerHeartbeat['statuses']) => {
    const message = Buffer.from(
      JSON.stringify({ v: 1, instance, statuses: told } satisfies ProducerHeartbeat),
    )
    Promise.all([
      cache.set(PRODUCER_HEARTBEAT, message, { ttlMs: HEARTBEAT_LIFE_MS }),
      cache.publish(PRODUCER_HEARTBEAT, message),
    ]).catch(() => {})
  }
  const beat = () => tell(statuses())
  beat()
  const timer = setInterval(beat, BEAT_MS)
  timer.unref()
  return {
    beat,
    [Symbol.dispose]() {
      clearInterval(timer)
      tell([])
    },
  }
}
