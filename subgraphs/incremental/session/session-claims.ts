import type { LeaseTiming } from './session-leases.ts'

/** A lease may be gone because the cache forgot it: its owner gets the time to take it again. */
const GRACE_RENEWALS = 2
/** Each session that a process runs already makes it that many looks slower to take another, so that they spread. */
const BUSY_LOOKS = 0.8

export interface SessionClaims extends Disposable {
  /** Takes every session at once that waits for a process. */
  now(): Promise<void>
}

/**
 * Looks for sessions that no process runs, and claims them. Those put down in order wait for nobody; one whose owner fell
 * silent is left to it for a while.
 */
export function createSessionClaims({
  useCases,
  timing: { renewMs, lookMs },
  isVacant,
  wasPutDown,
  running,
  claim,
  onError,
}: {
  useCases: readonly { id: string }[]
  timing: LeaseTiming
  /** Active or not yet begun, and run by nobody as far as the lease tells. */
  isVacant: (useCase: string) => Promise<boolean>
  wasPutDown: (useCase: string) => boolean
  /** Sessions that this process runs. */
  running: () => number
  claim: (useCase: string) => Promise<void>
  /** Told once until it works again. */
  onError: (useCase: string, error: Error) => void
}): SessionClaims {
  const vacantSince = new Map<string, number>()
  const busy = new Set<string>()
  const failing = new Set<string>()
  const timer = setInterval(() => {
    for (const { id } of useCases) void look(id)
  }, lookMs)
  timer.unref()

  async function look(useCase: string): Promise<void> {
    if (busy.has(useCase)) return
    busy.add(useCase)
    try {
      const vacant = await isVacant(useCase)
      if (!vacant) vacantSince.delete(useCase)
      if (!vacant) return void failing.delete(useCase)
      const now = performance.now()
      const since = vacantSince.get(useCase) ?? now
      vacantSince.set(useCase, since)
      const grace = wasPutDown(useCase) ? 0 : GRACE_RENEWALS * renewMs
      const wait = grace + running() * BUSY_LOOKS * lookMs
      if (now - since < wait) return
      vacantSince.delete(useCase)
      await claim(useCase)
      failing.delete(useCase)
    } catch (error) {
      // What was seen before the cache or the log went away says nothing of the time since.
      vacantSince.delete(useCase)
      if (!failing.has(useCase)) onError(useCase, error as Error)
      failing.add(useCase)
    } finally {
      busy.delete(useCase)
    }
  }

  return {
    async now() {
      await Promise.all(
        useCases.map(async ({ id }) => {
          if (await isVacant(id)) await claim(id)
        }),
      )
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
