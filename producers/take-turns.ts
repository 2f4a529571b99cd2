import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import { PRODUCER_LEASE, PRODUCER_OWNER } from '#use-cases/producer-protocol.ts'

interface Owner {
  v: 1
  instance: string
  /** Of the lease; a flushed cache counts from the beginning again. */
  term: number
}

export interface Turns extends AsyncDisposable {
  /** Whether this process generates at the moment. */
  isActive(): boolean
}

const LEASE_MS = 5000
const RENEW_MS = 1500

/**
 * Lets one process generate at a time: it holds a lease, the others stand by. While the cache is away whoever generates goes
 * on, and nobody else can begin; should the cache have forgotten the lease, control tells the one before that it was followed.
 */
export function takeTurns({
  cache,
  control,
  instance,
  begin,
  notice,
  renewMs = RENEW_MS,
}: {
  cache: Cache
  control: Control
  instance: string
  /** Generates until what it returns is disposed of. */
  begin: () => Promise<AsyncDisposable>
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
  renewMs?: number
}): Turns {
  let work: AsyncDisposable | null = null
  let closed = false
  // One step after the other, whatever sets it off.
  let steps: Promise<void> = Promise.resolve()
  const step = (act: () => Promise<void>) => {
    steps = steps.then(act).catch((error: Error) => notice('error', `Generating failed: ${error.message}`))
    return steps
  }

  async function look(): Promise<void> {
    if (closed) return
    const unknown = Symbol('unknown')
    const lease = await cache.acquireLease(PRODUCER_LEASE, instance, LEASE_MS).catch(() => unknown)
    if (lease === null) await end('another process holds the lease')
    else if (typeof lease === 'object' && !work) {
      await control.settle()
      await control.put(PRODUCER_OWNER, { v: 1, instance, term: lease.term } satisfies Owner)
      work = await begin()
      notice('info', `${instance} generates events.`)
    }
  }

  async function end(why: string): Promise<void> {
    if (!work) return
    notice('info', `${instance} generates no more events: ${why}.`)
    const ended = work
    work = null
    await ended[Symbol.asyncDispose]()
  }

  const following = control.onChange<Owner>(PRODUCER_OWNER, (_key, owner) => {
    if (owner && owner.instance !== instance) void step(() => end(`${owner.instance} does`))
  })
  void step(look)
  const timer = setInterval(() => void step(look), renewMs)
  timer.unref()
  return {
    isActive: () => work !== null,
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(timer)
      following[Symbol.dispose]()
      await step(() => end('it was told to stop'))
      // One that cannot be released runs out.
      await cache.releaseLease(PRODUCER_LEASE, instance).catch(() => {})
    },
  }
}
