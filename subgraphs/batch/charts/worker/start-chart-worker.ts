import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartReply, ChartRequest } from './protocol.ts'

/** A thread that answers one request at a time. */
export interface ChartWorker {
  /** Runs that it has been given; it may have dropped some since. */
  readonly runs: ReadonlySet<string>
  /**
   * Rejects with the worker's errors, or `CHART_WORKER_LOST` when the thread ends.
   * @throws nothing by itself.
   */
  ask(request: Omit<ChartRequest, 'id'>): Promise<Exclude<ChartReply, { error: unknown }>>
  end(): Promise<void>
}

/** Tables and models are typed arrays, which these limits do not count; what a heap needs beside them is far less. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 }

/** Starts a thread. `onLost` is called once when it ends by itself. */
export function startChartWorker({
  entry = new URL('./chart-worker-entry.ts', import.meta.url),
  onLost,
}: {
  entry?: URL
  onLost: () => void
}): ChartWorker {
  const worker = new Worker(entry, {
    resourceLimits: RESOURCE_LIMITS,
    execArgv: [],
    workerData: { compileCache: getCompileCacheDir() },
  })
  // A thread without work keeps no process alive.
  worker.unref()
  const runs = new Set<string>()
  let waiting: { resolve: (reply: ChartReply) => void; reject: (error: Error) => void } | null = null
  let isEnded = false
  let lost: Error | null = null
  let nextId = 1

  worker.on('message', (reply: ChartReply) => {
    const { resolve } = waiting ?? {}
    waiting = null
    worker.unref()
    resolve?.(reply)
  })
  worker.on('error', error => lose(`it failed: ${error.message}`))
  worker.on('exit', code => lose(`it ended with code ${code}`))

  function lose(reason: string): void {
    if (lost) return
    lost = new CodedError('CHART_WORKER_LOST', `The thread that computes charts was lost: ${reason}.`)
    waiting?.reject(lost)
    waiting = null
    if (!isEnded) onLost()
  }

  return {
    runs,
    async ask(request) {
      if (lost) throw lost
      const { promise, resolve, reject } = Promise.withResolvers<ChartReply>()
      waiting = { resolve, reject }
      worker.ref()
      worker.postMessage({ ...request, id: nextId++ } satisfies ChartRequest, [])
      const reply = await promise
      if ('error' in reply) throw new CodedError(reply.error.code, reply.error.message)
      if (request.run !== null) {
        if ('wantsFiles' in reply) runs.delete(request.run)
        else runs.add(request.run)
      }
      return reply
    },
    async end() {
      isEnded = true
      await worker.terminate()
    },
  }
}
