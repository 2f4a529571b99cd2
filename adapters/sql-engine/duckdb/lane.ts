import { PortError } from '#ports/port-error.ts'
import type { WorkerProcess } from './start-worker.ts'
import { startWorker } from './start-worker.ts'
import type { WorkerSettings } from './worker-protocol.ts'

export interface LaneOptions {
  directory: string
  settings: Omit<WorkerSettings, 'tempDirectory'>
  processes: number
  /** Statements at once in each of them. */
  slots: number
  /** Most that wait. */
  queue: number
  /** Bytes of one process beyond which it is ended. */
  memoryBytes: number
  /** Milliseconds without a statement after which processes end. */
  idleMs: number
}

export interface Slot extends Disposable {
  readonly worker: WorkerProcess
}

/** Processes for statements of one kind, and the line before them: first come, first served. */
export interface Lane extends AsyncDisposable {
  /** Waits for a free slot. Throws `SQL_BUSY` if the line is full, and the signal's reason once it is aborted. */
  acquire(signal: AbortSignal): Promise<Slot>
  /** For work so short that it neither waits nor keeps others waiting. */
  shared(): Promise<Slot>
  /** Whether a process was ended because it had grown too large. */
  outgrew(worker: WorkerProcess): boolean
  status(): { running: number; queued: number; memoryBytes: number }
}

const WATCH_MS = 25

interface Member {
  worker: Promise<WorkerProcess>
  started: WorkerProcess | null
  running: number
}

export function createLane(options: LaneOptions): Lane {
  const { directory, settings, processes, slots, queue, memoryBytes, idleMs } = options
  const members: Member[] = []
  const line: { resolve: (slot: Slot) => void; reject: (error: unknown) => void }[] = []
  const large = new WeakSet<WorkerProcess>()
  let watch: NodeJS.Timeout | null = null
  let idle: NodeJS.Timeout | null = null
  let closed = false

  const start = (): Member => {
    const member: Member = { worker: startWorker(settings, directory), started: null, running: 0 }
    members.push(member)
    member.worker.then(
      worker => {
        member.started = worker
        if (closed) void worker.end()
      },
      () => remove(member),
    )
    return member
  }

  const remove = (member: Member) => {
    const index = members.indexOf(member)
    if (index >= 0) members.splice(index, 1)
  }

  /** The least busy one; one that ended is forgotten here. */
  const pick = (free: number): Member | null => {
    for (const member of members.filter(({ started }) => started?.alive === false)) remove(member)
    const candidates = members.filter(({ running }) => running < free)
    const best = candidates.toSorted((a, b) => a.running - b.running)[0]
    if (best !== undefined && (best.running === 0 || members.length >= processes)) return best
    return members.length < processes ? start() : (best ?? null)
  }

  const lend = (member: Member): Promise<Slot> => {
    member.running += 1
    keepWatch()
    const release = () => {
      member.running -= 1
      // Memory that a process did not give back is not there for the next statement.
      const { started } = member
      if (member.running === 0 && started !== null && started.memoryBytes() > memoryBytes * RECYCLE_SHARE) {
        remove(member)
        void started.end()
      }
      next()
    }
    return member.worker.then(
      worker => ({ worker, [Symbol.dispose]: once(release) }),
      error => {
        release()
        throw new PortError('SQL_ENGINE_LOST', 'No process of the SQL engine can be started.', {
          cause: error,
        })
      },
    )
  }

  const next = () => {
    while (line.length > 0) {
      const member = pick(slots)
      if (member === null) return
      const { resolve, reject } = line.shift()!
      lend(member).then(resolve, reject)
    }
    if (members.every(({ running }) => running === 0)) rest()
  }

  const rest = () => {
    if (watch !== null) clearInterval(watch)
    watch = null
    if (idle !== null) clearTimeout(idle)
    idle = setTimeout(() => {
      if (members.some(({ running }) => running > 0)) return
      for (const { started } of members.splice(0)) void started?.end()
    }, idleMs).unref()
  }

  const keepWatch = () => {
    watch ??= setInterval(() => {
      for (const { started } of members) {
        if (started === null || !started.alive || started.memoryBytes() <= memoryBytes) continue
        large.add(started)
        started.kill()
      }
    }, WATCH_MS).unref()
  }

  return {
    async acquire(signal) {
      signal.throwIfAborted()
      if (closed) throw new PortError('SQL_ENGINE_LOST', 'The SQL engine is closed.')
      const member = line.length > 0 ? null : pick(slots)
      if (member !== null) return lend(member)
      if (line.length >= queue)
        throw new PortError('SQL_BUSY', `${line.length} statements wait already, at most ${queue} may.`, {
          details: { queued: line.length },
        })
      const { promise, resolve, reject } = Promise.withResolvers<Slot>()
      const entry = { resolve, reject }
      line.push(entry)
      const leave = () => {
        const index = line.indexOf(entry)
        if (index < 0) return
        line.splice(index, 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      return promise.finally(() => signal.removeEventListener('abort', leave))
    },
    async shared() {
      if (closed) throw new PortError('SQL_ENGINE_LOST', 'The SQL engine is closed.')
      return lend(pick(Infinity)!)
    },
    outgrew: worker => large.has(worker),
    status: () => ({
      running: members.reduce((sum, { running }) => sum + running, 0),
      queued: line.length,
      memoryBytes: members.reduce((sum, { started }) => sum + (started?.memoryBytes() ?? 0), 0),
    }),
    async [Symbol.asyncDispose]() {
      closed = true
      if (watch !== null) clearInterval(watch)
      if (idle !== null) clearTimeout(idle)
      for (const { reject } of line.splice(0))
        reject(new PortError('SQL_ENGINE_LOST', 'The SQL engine is closed.'))
      const all = await Promise.allSettled(members.splice(0).map(({ worker }) => worker))
      await Promise.all(all.map(result => (result.status === 'fulfilled' ? result.value.end() : null)))
    },
  }
}

const RECYCLE_SHARE = 0.5

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
