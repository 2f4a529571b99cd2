import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { BoostingThreads } from '#learn/batch/boosting/boosting-threads.ts'

/** Threads hold views of shared memory and little else. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 }

/**
 * Starts helper threads for gradient boosting, beside the thread that trains: `count` of them, 0 for none. They serve one training
 * after another and sleep between; disposing of them ends them. They don't keep the process alive.
 */
export async function openBoostingThreads(count: number): Promise<BoostingThreads & AsyncDisposable> {
  const workers = Array.from(
    { length: count },
    () =>
      new Worker(new URL('./boosting-threads-entry.ts', import.meta.url), {
        resourceLimits: RESOURCE_LIMITS,
        execArgv: [],
      }),
  )
  const end = async () => {
    await Promise.all(workers.map(worker => worker.terminate()))
  }
  try {
    // A thread starts by its parent's event loop, which a training occupies: all must be there before it begins.
    await Promise.all(workers.map(worker => once(worker, 'message')))
  } catch (error) {
    await end()
    throw error
  }
  for (const worker of workers) {
    worker.unref()
    // What it died of is told by the training, which misses it.
    worker.on('error', () => {})
  }
  return {
    helpers: count,
    begin(shared) {
      for (const worker of workers) worker.postMessage(shared, [])
    },
    [Symbol.asyncDispose]: end,
  }
}
