import type { WorkerClient } from './worker-client.ts'

const CHECK_MS = 1000
/** A worker that answers nothing for this long is taken for lost. */
const SILENCE_MS = 15_000

/**
 * Asks the worker for a sign of life, one question at a time. A silent one is ended, since whatever waits for its answers
 * would wait for ever. Returns what ends the watch.
 */
export function watchWorker(worker: WorkerClient, fail: (error: unknown) => void): () => void {
  let askedAt: number | null = null
  const timer = setInterval(() => {
    if (askedAt === null) {
      askedAt = performance.now()
      worker.call('ping', {}).then(
        () => {
          askedAt = null
        },
        // A lost worker is reported by its own end.
        () => {},
      )
    } else if (performance.now() - askedAt > SILENCE_MS) {
      clearInterval(timer)
      const error = new Error(`The learner answered nothing for ${SILENCE_MS / 1000} s.`)
      fail(Object.assign(error, { code: 'WORKER_LOST' }))
      worker[Symbol.asyncDispose]().then(undefined, fail)
    }
  }, CHECK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
