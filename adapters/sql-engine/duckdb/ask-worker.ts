import { PortError } from '#ports/port-error.ts'
import type { Slot } from './lane.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

/** How long a process may take to answer an interruption. */
export const GRACE_MS = 2000

/**
 * Sends a request that has one answer, and frees the slot. One that takes longer than `timeoutMs` is interrupted, and its process
 * ended if need be: the caller hears at once, the slot is free when the process has stopped.
 */
export async function askWorker<Kind extends WorkerAnswer['kind']>(
  slot: Slot,
  request: WorkerRequest,
  kind: Kind,
  timeoutMs: number,
  graceMs = GRACE_MS,
): Promise<Extract<WorkerAnswer, { kind: Kind }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<WorkerAnswer, { kind: Kind }>>()
  const { worker } = slot
  let late = false
  let kill: NodeJS.Timeout | null = null
  const timer = setTimeout(() => {
    late = true
    worker.send({ kind: 'stop', id: request.id })
    kill = setTimeout(() => worker.kill(), graceMs)
    reject(timedOut(timeoutMs))
  }, timeoutMs)
  const unlisten = worker.listen(request.id, answer => {
    clearTimeout(timer)
    if (kill !== null) clearTimeout(kill)
    unlisten()
    slot[Symbol.dispose]()
    if (late) return
    if (answer.kind === 'lost') reject(engineLost())
    else if (answer.kind === 'failed')
      reject(new PortError(answer.error.code, answer.error.message, { details: answer.error.details }))
    else if (answer.kind === kind) resolve(answer as Extract<WorkerAnswer, { kind: Kind }>)
    else reject(new Error(`A process of the SQL engine answered ${answer.kind}, ${kind} wanted.`))
  })
  worker.send(request)
  return promise
}

export function timedOut(timeoutMs: number): PortError {
  return new PortError(
    'SQL_TIMEOUT',
    `The statement ran longer than the ${timeoutMs} ms that it was given.`,
    {
      details: { timeoutMs },
    },
  )
}

export function engineLost(): PortError {
  return new PortError('SQL_ENGINE_LOST', 'The process that ran the statement ended; it can be run again.')
}
