import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from '#ports/cache.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

const LEASE_MS = 15_000
const ASK_MS = 25
const LONGEST_WAIT_MS = 20_000

/**
 * Does things one after the other, over all processes that use the same name: what each reads before it writes stays true.
 * @throws CodedError `BUSY` when others take too long; what the cache throws while it cannot tell whose turn it is.
 */
export function createTurns({ cache, owner }: { cache: Cache; owner: string }) {
  const last = new Map<string, Promise<unknown>>()

  async function take(name: string): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_MS
    while (!(await cache.acquireLease(name, owner, LEASE_MS))) {
      if (performance.now() > deadline) {
        throw new CodedError('BUSY', `${name}: others took more than ${LONGEST_WAIT_MS / 1000} s; try again.`)
      }
      await sleep(ASK_MS)
    }
  }

  async function act<T>(name: string, action: () => Promise<T>): Promise<T> {
    await take(name)
    try {
      return await action()
    } finally {
      // One that cannot be released runs out.
      await cache.releaseLease(name, owner).catch(() => {})
    }
  }

  return <T>(name: string, action: () => Promise<T>): Promise<T> => {
    // A lease tells processes apart, not what happens at once in one of them.
    const done = (last.get(name) ?? Promise.resolve()).then(() => act(name, action))
    last.set(
      name,
      done.catch(() => {}),
    )
    return done
  }
}
