import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { Tracking } from '#ports/tracking.ts'

export interface Check {
  ok: boolean
  detail: string
}

/** An engine that takes longer to answer is not one to rely on. */
const PATIENCE_MS = 2000
/** Probes of several askers share one answer for so long. */
const FRESH_MS = 1000

/** Asks each engine for something small, at most once a second whoever asks. Never throws. */
export function createEngineChecks({
  log,
  cache,
  tracking,
  lake,
  names,
}: {
  log?: EventLog
  cache?: Cache
  tracking?: Tracking
  lake?: Lake
  /** What stands behind each port, see `Adapters.engines`. */
  names: Readonly<Partial<Record<'log' | 'cache' | 'tracking' | 'lake', string>>>
}): () => Promise<Record<string, Check>> {
  const probes = {
    ...(log && { log: () => log.topics([]) }),
    ...(cache && { cache: () => cache.get('readiness') }),
    ...(tracking && { tracking: () => tracking.experiments() }),
    // A table that there is not: one look, whatever is in the store.
    ...(lake && { lake: () => lake.open('readiness') }),
  }
  let last: { at: number; checks: Promise<Record<string, Check>> } | undefined
  return () => {
    if (last && performance.now() - last.at < FRESH_MS) return last.checks
    const checks = Promise.all(
      Object.entries(probes).map(async ([name, probe]) => {
        const where = names[name as keyof typeof names] ?? name
        return [name, await checked(probe, where)] as const
      }),
    ).then(entries => Object.fromEntries(entries))
    last = { at: performance.now(), checks }
    return checks
  }
}

async function checked(probe: () => Promise<unknown>, where: string): Promise<Check> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  try {
    await Promise.race([probe(), late.promise])
    return { ok: true, detail: where }
  } catch (error) {
    return { ok: false, detail: `${where}: ${(error as Error).message}` }
  } finally {
    clearTimeout(timer)
  }
}
