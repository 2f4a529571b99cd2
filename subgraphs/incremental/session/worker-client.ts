import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Calls, Reply } from './protocol.ts'

export interface WorkerClient extends AsyncDisposable {
  call<K extends keyof Calls>(
    call: K,
    body: Calls[K]['request'],
    transfer?: ArrayBuffer[],
  ): Promise<Calls[K]['reply']>
  /** Rejects when the thread ends without having been disposed of. */
  readonly ended: Promise<never>
}

/** A session's model and its buffers stay far below this; a leak should end the session, not the process. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 6 }

/** Starts a session's worker thread. Every pending call rejects with `WORKER_LOST` when the thread ends. */
export function startWorker(): WorkerClient {
  const worker = new Worker(new URL('./worker-entry.ts', import.meta.url), {
    resourceLimits: RESOURCE_LIMITS,
    execArgv: [],
    workerData: { compileCache: getCompileCacheDir() },
  })
  const waiting = new Map<number, { resolve: (body: never) => void; reject: (error: Error) => void }>()
  let nextId = 1
  let lost: Error | undefined
  const { promise: ended, reject: end } = Promise.withResolvers<never>()
  // Whoever waits for `ended` sees the reason; nobody waiting must not be an unhandled rejection.
  ended.catch(() => {})

  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (!call) return
    if ('error' in reply)
      call.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }))
    else call.resolve(reply.body as never)
  })
  worker.on('error', error => lose(`its thread failed: ${error.message}`))
  worker.on('exit', code => lose(`its thread ended with code ${code}`))

  function lose(reason: string): void {
    if (lost) return
    lost = Object.assign(new Error(`The learner was lost: ${reason}.`), { code: 'WORKER_LOST' })
    for (const { reject } of waiting.values()) reject(lost)
    waiting.clear()
    end(lost)
  }

  return {
    ended,
    call(call, body, transfer = []) {
      if (lost) return Promise.reject(lost)
      const id = nextId++
      const { promise, resolve, reject } = Promise.withResolvers<never>()
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, call, body }, transfer)
      return promise
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
