import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '#learn/math/random.ts'
import { useCases } from '#use-cases/index.ts'
import type { TableAudit } from './audit-tables.ts'
import type { CrashPoint } from './crash-at.ts'
import { drainAndAudit } from './drain-and-audit.ts'
import { startFilling } from './start-filling.ts'

/** Longest life after `ready`: long enough for merges and vacuums. */
const LIFE_MS = 600
/** Changes of the store within such a life, roughly. */
const MOST_CHANGES = 50
/** A chosen moment that never comes: the round ends by a kill from outside. */
const PATIENCE_MS = 2000

/**
 * Kills a process that fills tables so many times, at random moments and at chosen ones between two changes of the store, and compares
 * the tables with the log in between and at the end.
 * @throws AssertionError if a record is missing, doubled, or has other values.
 */
export async function killRounds({
  directory,
  kills,
  seed,
  auditEvery = Number.POSITIVE_INFINITY,
  onRound = () => {},
}: {
  directory: string
  kills: number
  seed: string
  auditEvery?: number
  onRound?: (kills: number, audited: TableAudit | null) => void
}): Promise<TableAudit> {
  const random = createRandom(seed)
  let audited: TableAudit = { rows: 0, quarantined: 0 }
  for (let round = 1; round <= kills; round++) {
    const crash: CrashPoint | null =
      random.next() < 0.5
        ? {
            change: 1 + Math.floor(random.next() * MOST_CHANGES),
            when: random.next() < 0.5 ? 'before' : 'after',
          }
        : null
    const filling = await startFilling({
      directory,
      seed: `${seed} ${round}`,
      useCases: useCases.map(({ id }) => id),
      isStrict: true,
      crash,
    })
    const lifeMs = crash ? PATIENCE_MS : random.next() * LIFE_MS
    await Promise.race([sleep(lifeMs, undefined, { ref: false }), filling.gone])
    await filling.kill()
    const isDue = round % auditEvery === 0 || round === kills
    if (isDue) audited = await drainAndAudit({ directory }, useCases)
    onRound(round, isDue ? audited : null)
  }
  return audited
}
