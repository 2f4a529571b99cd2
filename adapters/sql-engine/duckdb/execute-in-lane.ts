import { PortError } from '#ports/port-error.ts'
import type { SqlRequest } from '#ports/sql-engine.ts'
import { engineLost, GRACE_MS, timedOut } from './ask-worker.ts'
import type { Lane } from './lane.ts'
import type { RunSink } from './open-run.ts'
import type { SandboxSpec, WorkerAnswer } from './worker-protocol.ts'

export interface LaneRun {
  request: SqlRequest
  sandbox: SandboxSpec
  /** Unique among attempts. */
  id: string
  /** Milliseconds that are left to it. */
  timeoutMs: number
  /** After these of processor time, and when it outgrows its process, it is given up as long as no row was handed out. */
  moveAfterMs?: number
  /** Whether it may be tried once more where its process has too little memory left, as long as no row was handed out. */
  repeatable?: boolean
}

export type LaneOutcome =
  | {
      kind: 'done'
      queuedMs: number
      elapsedMs: number
      rowCount: number
      truncated: boolean
      plan: string | null
    }
  /** Nothing was handed out; it can run again elsewhere. */
  | { kind: 'moved'; queuedMs: number; elapsedMs: number; heavy: boolean }

/** So many times its time a statement may take where the machine is busy. */
const MOST_PATIENCE = 10

/** Runs a statement in a process of the lane once there is room. Throws as `SqlRun` does. */
export async function executeInLane(lane: Lane, run: LaneRun, sink: RunSink): Promise<LaneOutcome> {
  const queuedAt = performance.now()
  const slot = await acquire(lane, run, sink.signal)
  // It was there in the moment in which nobody wanted it any more.
  if (sink.signal.aborted) {
    slot[Symbol.dispose]()
    throw sink.signal.reason
  }
  const startedAt = performance.now()
  const queuedMs = startedAt - queuedAt
  const { worker } = slot
  const { request, id, sandbox, timeoutMs, moveAfterMs, repeatable = false } = run
  const outcome = Promise.withResolvers<LaneOutcome>()
  const elapsed = () => performance.now() - startedAt
  let settled = false
  let handedOut = false
  let kill: NodeJS.Timeout | null = null

  const settle = (finish: () => void) => {
    if (settled) return
    settled = true
    clearTimeout(deadline)
    clearTimeout(move)
    sink.signal.removeEventListener('abort', onAbort)
    finish()
  }
  /** The caller hears at once; the slot is free when the process has stopped. */
  const stop = (finish: () => void) => {
    if (settled) return
    settle(finish)
    worker.send({ kind: 'stop', id })
    kill = setTimeout(() => worker.kill(), GRACE_MS)
  }
  /** `heavy` unless it only shared a process with one that was. */
  const moved = (heavy: boolean) => outcome.resolve({ kind: 'moved', queuedMs, elapsedMs: elapsed(), heavy })
  const fail = (error: unknown) => outcome.reject(error)
  const onAbort = () => stop(() => fail(sink.signal.reason))
  const deadline = setTimeout(() => stop(() => fail(timedOut(request.timeoutMs))), timeoutMs)
  const cpuAtStart = worker.cpuMs()
  /** A statement that a busy machine keeps waiting is not a heavy one: what counts is the processor's time. */
  const moveIfHeavy = () => {
    if (handedOut || moveAfterMs === undefined) return
    const cpu = worker.cpuMs()
    const used = cpu === null || cpuAtStart === null ? moveAfterMs : cpu - cpuAtStart
    const patient = performance.now() - startedAt < moveAfterMs * MOST_PATIENCE
    if (used < moveAfterMs && patient) move = setTimeout(moveIfHeavy, Math.max(50, moveAfterMs - used))
    else stop(() => moved(true))
  }
  let move = setTimeout(moveIfHeavy, moveAfterMs ?? timeoutMs)
  const mayMove = () => moveAfterMs !== undefined && !handedOut
  const mayRepeat = () => (repeatable && !handedOut) || mayMove()

  const hear = (answer: WorkerAnswer | { kind: 'lost' }) => {
    if (answer.kind === 'rows' && !settled) {
      handedOut = true
      const rows = JSON.parse(answer.text) as readonly (readonly unknown[])[]
      return sink.rows(rows, () => worker.send({ kind: 'more', id, batches: 1 }))
    }
    // Columns alone do not keep it: they are the same elsewhere.
    if (answer.kind === 'columns' && !settled) return sink.columns(answer.columns)
    if (answer.kind !== 'done' && answer.kind !== 'failed' && answer.kind !== 'lost') return
    unlisten()
    if (kill !== null) clearTimeout(kill)
    slot[Symbol.dispose]()
    settle(() => {
      if (answer.kind === 'done') {
        const { rowCount, truncated, plan } = answer
        outcome.resolve({ kind: 'done', queuedMs, elapsedMs: elapsed(), rowCount, truncated, plan })
      } else if (answer.kind === 'lost' && (lane.outgrew(worker) ? mayRepeat() : mayMove())) moved(false)
      else if (answer.kind === 'lost') fail(lost(lane, worker))
      else if (answer.error.code === 'SQL_MEMORY' && mayRepeat()) moved(true)
      else fail(new PortError(answer.error.code, answer.error.message, { details: answer.error.details }))
    })
  }
  const unlisten = worker.listen(id, hear)
  sink.signal.addEventListener('abort', onAbort, { once: true })
  const { statement, params = [], maxRows, maxBytes, plan = false } = request
  worker.send({ kind: 'run', id, statement, sandbox, params, maxRows, maxBytes, plan })
  return outcome.promise
}

async function acquire(lane: Lane, { timeoutMs }: LaneRun, signal: AbortSignal) {
  const patience = AbortSignal.timeout(Math.ceil(timeoutMs))
  try {
    return await lane.acquire(AbortSignal.any([signal, patience]))
  } catch (error) {
    if (signal.aborted || error !== patience.reason) throw error
    throw new PortError('SQL_BUSY', `The statement waited ${Math.round(timeoutMs)} ms for others to end.`, {
      details: { queued: lane.status().queued },
    })
  }
}

function lost(lane: Lane, worker: Parameters<Lane['outgrew']>[0]): PortError {
  if (!lane.outgrew(worker)) return engineLost()
  return new PortError(
    'SQL_MEMORY',
    'The statement needed more memory than one may take; fewer groups, rows or columns wanted.',
  )
}
