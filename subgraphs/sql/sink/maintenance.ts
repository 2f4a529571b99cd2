import { setTimeout as sleep } from 'node:timers/promises'
import type { LakeTable } from '#ports/lake.ts'

/** Keeps tables small in files, beside the writing and never in its way: one job at a time, over all tables. */
export interface Maintenance extends AsyncDisposable {
  /** A version was added to a table. */
  written(table: LakeTable): void
}

export interface MaintenancePlan {
  /** Commits to a table after which it is seen whether merging its files is worth it; the lake chooses which. */
  compactionCommits: number
  /** Between vacuums of a table that is written, roughly. */
  vacuumMs: number
  /** Age of what a vacuum deletes; default: the table's own, a day. */
  retentionMs?: number
}

const MAINTENANCE_PLAN: MaintenancePlan = { compactionCommits: 4, vacuumMs: 1_800_000 }

/** How long disposal waits for a job that runs: what is left undone is done later. */
const PATIENCE_MS = 5000

interface Care {
  table: LakeTable
  commits: number
  nextVacuum: number
  isQueued: boolean
}

/** @param random in [0, 1): spreads the work of tables that began together */
export function createMaintenance({
  plan: { compactionCommits, vacuumMs, retentionMs } = MAINTENANCE_PLAN,
  random = Math.random,
  now = () => performance.now(),
  onProblem,
}: {
  plan?: MaintenancePlan
  random?: () => number
  now?: () => number
  onProblem: (table: string, job: 'compaction' | 'vacuum', error: Error) => void
}): Maintenance {
  const cares = new Map<string, Care>()
  let jobs: Promise<void> = Promise.resolve()
  let isClosed = false

  function careOf(table: LakeTable): Care {
    let care = cares.get(table.name)
    if (!care) {
      const commits = Math.floor((random() * compactionCommits) / 2)
      care = { table, commits, nextVacuum: now() + vacuumMs * (0.5 + random()), isQueued: false }
      cares.set(table.name, care)
    }
    care.table = table
    return care
  }

  const isDue = ({ commits, nextVacuum }: Care) => commits >= compactionCommits || now() >= nextVacuum

  async function attempt(
    { table }: Care,
    job: 'compaction' | 'vacuum',
    run: () => Promise<unknown>,
  ): Promise<void> {
    if (isClosed) return
    try {
      await run()
    } catch (error) {
      if (!isClosed) onProblem(table.name, job, error as Error)
    }
  }

  async function look(care: Care): Promise<void> {
    care.isQueued = false
    const { table } = care
    if (care.commits >= compactionCommits) {
      care.commits = 0
      await attempt(care, 'compaction', () => table.compact())
    }
    if (now() < care.nextVacuum) return
    care.nextVacuum = now() + vacuumMs * (0.75 + random() / 2)
    await attempt(care, 'vacuum', () => table.vacuum(retentionMs === undefined ? {} : { retentionMs }))
  }

  return {
    written(table) {
      const care = careOf(table)
      care.commits++
      if (isClosed || care.isQueued || !isDue(care)) return
      care.isQueued = true
      jobs = jobs.then(() => look(care))
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await Promise.race([jobs, sleep(PATIENCE_MS, undefined, { ref: false })])
    },
  }
}
