import { codedError } from '../../coded-error.ts'
import { type BoostingShared, CONTROL } from './boosting-shared.ts'
import { createSplitWorker } from './split-worker.ts'

/** Helper threads, each of which calls `serveBoostingThread` with what it is sent. */
export interface BoostingThreads {
  /** Beside the thread that trains. */
  readonly helpers: number
  /** Sends it to every helper. */
  begin(shared: BoostingShared): void
}

/** The thread that trains, with its helpers. */
export interface SplitTeam {
  /** Does the first `jobs` entries of `shared.jobs` on the first `features` of `shared.active`. Returns when all is done. */
  run(jobs: number, features: number): void
  /** Sends the helpers home. */
  end(): void
}

/** About 20 µs: what passes between two pieces of work; a wait and its waking cost as much. */
const SPINS = 2000
/** A piece of work takes milliseconds, at most some seconds for many millions of rows. */
const LOST_AFTER_MS = 120_000
const CLOSED = -1

/** Whoever comes while there is work takes part. One that the processor has no time for is not waited for. */
export function createSplitTeam(shared: BoostingShared, threads: BoostingThreads | null): SplitTeam {
  const { control } = shared
  const own = createSplitWorker(shared)
  Atomics.store(control, CONTROL.inside, CLOSED)
  threads?.begin(shared)

  return {
    run(jobs, features) {
      Atomics.store(control, CONTROL.jobs, jobs)
      Atomics.store(control, CONTROL.features, features)
      Atomics.store(control, CONTROL.ticket, 0)
      if (threads && threads.helpers > 0) open()
      own.work()
      if (threads && threads.helpers > 0) close()
    },
    end() {
      Atomics.store(control, CONTROL.end, 1)
      wake()
    },
  }

  function open(): void {
    Atomics.store(control, CONTROL.inside, 0)
    wake()
  }

  function wake(): void {
    Atomics.add(control, CONTROL.generation, 1)
    Atomics.notify(control, CONTROL.generation)
  }

  /** Waits for those who take part, and lets nobody in any more. */
  function close(): void {
    for (let spin = 0; ; spin++) {
      const inside = Atomics.compareExchange(control, CONTROL.inside, 0, CLOSED)
      if (inside === 0) return
      if (spin < SPINS) continue
      if (Atomics.wait(control, CONTROL.inside, inside, LOST_AFTER_MS) === 'timed-out') {
        throw codedError('WORKER_LOST', `${inside} helper threads of a training don't answer.`)
      }
    }
  }
}

/** A helper thread's life within one training: returns when the training has ended. Blocks its thread meanwhile. */
export function serveBoostingThread(shared: BoostingShared): void {
  const { control } = shared
  const worker = createSplitWorker(shared)
  // The training may have given out work before this thread was there: it began at generation 0.
  for (let seen = 0; ; ) {
    seen = awaitWork(control, seen)
    if (Atomics.load(control, CONTROL.end) !== 0) return
    if (!enter(control)) continue
    worker.work()
    Atomics.sub(control, CONTROL.inside, 1)
    Atomics.notify(control, CONTROL.inside)
  }
}

function awaitWork(control: Int32Array, seen: number): number {
  for (let spin = 0; ; spin++) {
    const generation = Atomics.load(control, CONTROL.generation)
    if (generation !== seen) return generation
    if (spin >= SPINS) Atomics.wait(control, CONTROL.generation, seen)
  }
}

function enter(control: Int32Array): boolean {
  for (;;) {
    const inside = Atomics.load(control, CONTROL.inside)
    if (inside === CLOSED) return false
    if (Atomics.compareExchange(control, CONTROL.inside, inside, inside + 1) === inside) return true
  }
}
