import { PortError } from '#ports/port-error.ts'
import { askWorker } from './ask-worker.ts'
import { createTurns } from './create-turns.ts'
import type { Lane } from './lane.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

export interface Asker {
  /** Throws what the answer tells, `SQL_BUSY` if too many wait, and the signal's reason once it is aborted while it waits. */
  ask<Kind extends 'checked' | 'bound'>(
    request: (id: string) => WorkerRequest,
    kind: Kind,
    signal?: AbortSignal,
  ): Promise<Extract<WorkerAnswer, { kind: Kind }>>
  waiting(): number
}

/** Questions at once: each takes memory of a process that statements run in as well. */
const AT_ONCE = 4
const CHECK_MS = 5000

/** Asks a process of the lane what takes no time, beside the statements that run there. */
export function createAsker(lane: Lane, { queue }: { queue: number }): Asker {
  const turns = createTurns({ atOnce: AT_ONCE, queue })
  let sequence = 0

  /** Asked again if somebody else's statement has ended the process. */
  const ask = async <Kind extends 'checked' | 'bound'>(
    request: (id: string) => WorkerRequest,
    kind: Kind,
    signal?: AbortSignal,
    attempts = 2,
  ): Promise<Extract<WorkerAnswer, { kind: Kind }>> => {
    const turn = await turns.take(signal)
    try {
      const slot = await lane.shared().catch(error => {
        turn[Symbol.dispose]()
        throw error
      })
      const free = () => {
        slot[Symbol.dispose]()
        turn[Symbol.dispose]()
      }
      const held = { worker: slot.worker, [Symbol.dispose]: free }
      return await askWorker(held, request(`ask-${++sequence}`), kind, CHECK_MS)
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== 'SQL_ENGINE_LOST' || attempts === 1) throw error
    }
    return ask(request, kind, signal, attempts - 1)
  }

  return { ask: (request, kind, signal) => ask(request, kind, signal), waiting: turns.waiting }
}
