import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-protocol.ts'

export interface WorkerProcess {
  /** Hears every answer with this id; `lost` once, if the process ends before the listener was taken away. */
  listen(id: string, listener: (answer: WorkerAnswer | { kind: 'lost' }) => void): () => void
  send(request: WorkerRequest): void
  /** Bytes that only this process has; what it shares with others, such as DuckDB's code, is left out where that is known. */
  memoryBytes(): number
  /** Milliseconds of processor time so far; null where that is not known. */
  cpuMs(): number | null
  /** Neither ended nor about to end. */
  readonly alive: boolean
  /** Ends at once. */
  kill(): void
  /** Interrupts what runs and ends. */
  end(): Promise<void>
}

/** JavaScript's share: rows on their way. */
const HEAP_MB = 96
const PAGE_BYTES = 4096
const END_MS = 2000

/** Starts a process that knows nothing of this one: no environment, no files, a folder of its own. */
export async function startWorker(
  settings: Omit<WorkerSettings, 'tempDirectory'>,
  directory: string,
): Promise<WorkerProcess> {
  await mkdir(directory, { recursive: true })
  const tempDirectory = await mkdtemp(join(directory, 'worker-'))
  const child = fork(
    join(import.meta.dirname, 'worker.ts'),
    [JSON.stringify({ ...settings, tempDirectory } satisfies WorkerSettings)],
    {
      cwd: tempDirectory,
      // Statements run on threads of libuv; fewer arenas give back more of what a statement took.
      env: { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '4', ...windows() },
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=4'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    },
  )
  const listeners = new Map<string, (answer: WorkerAnswer | { kind: 'lost' }) => void>()
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let alive = true
  let doomed = false
  let reported = 0

  const lost = () => {
    if (!alive) return
    alive = false
    ready.resolve()
    ended.resolve()
    const left = [...listeners.values()]
    listeners.clear()
    for (const listener of left) listener({ kind: 'lost' })
  }
  child.on('message', message => {
    const answer = message as WorkerAnswer
    if (answer.kind === 'ready') ready.resolve()
    else if (answer.kind === 'memory') reported = answer.bytes
    else listeners.get(answer.id)?.(answer)
  })
  child.once('exit', lost)
  child.once('error', lost)
  await ready.promise
  const hold = () => {
    const busy = listeners.size > 0
    if (busy) child.ref()
    else child.unref()
    if (busy) child.channel?.ref()
    else child.channel?.unref()
  }
  hold()

  return {
    listen(id, listener) {
      if (alive) listeners.set(id, listener)
      else queueMicrotask(() => listener({ kind: 'lost' }))
      hold()
      return () => {
        listeners.delete(id)
        hold()
      }
    },
    send(request) {
      if (alive) child.send(request, () => {})
    },
    memoryBytes: () => (alive ? (ownBytes(child.pid) ?? reported) : 0),
    cpuMs: () => (alive ? cpuMsOf(child.pid) : null),
    get alive() {
      return alive && !doomed
    },
    kill() {
      doomed = true
      child.kill('SIGKILL')
    },
    async end() {
      doomed = true
      if (!alive) return
      child.ref()
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
      if (child.connected) child.disconnect()
      await ended.promise
      clearTimeout(timer)
    },
  }
}

/** Windows finds its own libraries by it. */
function windows(): Record<string, string> {
  return process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : {}
}

/** Null where there is no `/proc`. */
function ownBytes(pid: number | undefined): number | null {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number)
    return ((resident ?? 0) - (shared ?? 0)) * PAGE_BYTES
  } catch {
    return null
  }
}

/** Ticks of the kernel's accounting. */
const TICK_MS = 10

/** Null where there is no `/proc`. */
function cpuMsOf(pid: number | undefined): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Fields after the name in brackets begin with the third one; user and system time are the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return null
  }
}
