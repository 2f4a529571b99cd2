import { setTimeout as sleep } from 'node:timers/promises'
import type { RoleProcess } from '#cluster/role-process.ts'
import type { Cluster } from '#cluster/start-cluster.ts'
import { createRandom } from '#learn/math/random.ts'

/** Something that is done to one process of a cluster. */
export interface Fault {
  kind: 'kill' | 'terminate' | 'freeze'
  /** A role's process, or an engine. */
  target: string
}

interface TimedFault {
  fault: Fault
  /** Milliseconds to wait before it. */
  pauseMs: number
}

/** Longer than a lease and the patience of those who wait for it. */
const FREEZE_MS = 12_000
const LONGEST_PAUSE_MS = 800
const RESTARTS = 5

/**
 * Faults in waves, those of a wave at nearly the same time: each wave has one of `heads`, and some of `others` beside it. The
 * same seed gives the same waves.
 */
export function planFaults({
  seed,
  heads,
  others,
}: {
  seed: string
  heads: readonly Fault[]
  others: readonly Fault[]
}): TimedFault[][] {
  const random = createRandom(seed)
  const shuffled = <T>(all: readonly T[]) =>
    all
      .map(value => ({ value, at: random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value)
  const rest = shuffled(others)
  return shuffled(heads).map((head, i, { length }) => {
    const wave = [head]
    for (let left = Math.ceil(rest.length / (length - i)); left > 0; left--) {
      // Two faults of one process at once would be one.
      const next = rest.findIndex(({ target }) => wave.every(fault => fault.target !== target))
      wave.push(...rest.splice(next, next < 0 ? 0 : 1))
    }
    return shuffled(wave).map(fault => ({ fault, pauseMs: random.next() * LONGEST_PAUSE_MS }))
  })
}

/** Moments in Unix milliseconds: `at` it happened, and since `goneAt` the process does nothing any more, until it is `back`. */
export async function inflict(
  cluster: Cluster,
  { kind, target }: Fault,
): Promise<{ at: number; goneAt: number; back: Promise<void> }> {
  const at = Date.now()
  if (target === 'kafka' || target === 'redis' || target === 'mlflow') {
    const engine = cluster[target]
    await engine.kill()
    return { at, goneAt: Date.now(), back: engine.restart() }
  }
  const role = cluster.role(target)
  if (kind === 'freeze') {
    process.kill(role.pid, 'SIGSTOP')
    const thaw = sleep(FREEZE_MS).then(() => void process.kill(role.pid, 'SIGCONT'))
    return { at, goneAt: at, back: thaw }
  }
  if (kind === 'kill') await role.kill()
  else await role.stop()
  return { at, goneAt: Date.now(), back: restart(role) }
}

/** As a supervisor does: a role ends when it cannot reach an engine while it starts. */
async function restart(role: RoleProcess): Promise<void> {
  for (let left = RESTARTS - 1; ; left--) {
    try {
      return await role.restart()
    } catch (error) {
      if (left === 0) throw error
    }
  }
}
