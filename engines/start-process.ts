import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { reapWithUs } from './reaper.ts'

export interface RunningProcess extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** What it has written so far, both streams, the newest part. */
  output(): string
  /** Exit code, null after a signal. */
  readonly exited: Promise<number | null>
  /** Ends it and waits until it is gone; default SIGTERM, SIGKILL after `graceMs`. */
  stop(options?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<void>
}

export interface ProcessOptions {
  /** For messages. */
  name: string
  command: string
  args: readonly string[]
  /** Added to a plain environment; nothing else of this process is passed on but PATH and HOME. */
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** Asked every `pollMs` until it is true; what it throws counts as false. */
  isReady: (process: { output: () => string }) => Promise<boolean> | boolean
  timeoutMs?: number
  pollMs?: number
  /** Told of whatever it writes, as it comes. */
  onOutput?: (text: string) => void
}

const OUTPUT_CHARACTERS = 200_000
const GRACE_MS = 10_000

/**
 * Starts a process and waits until it serves; one that ends or stays silent rejects with the end of its output. It leads a
 * process group of its own, so that Ctrl+C reaches it by way of us only, and ends with us however we end.
 */
export async function startProcess({
  name,
  command,
  args,
  env = {},
  cwd,
  isReady,
  timeoutMs = 60_000,
  pollMs = 50,
  onOutput = () => {},
}: ProcessOptions): Promise<RunningProcess> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, [...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd && { cwd }),
  })
  const release = child.pid === undefined ? () => {} : reapWithUs(child.pid)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-OUTPUT_CHARACTERS)
      onOutput(part)
    })
  }
  let ended = false
  let failure: Error | undefined
  const exited = new Promise<number | null>(resolve => {
    child.once('exit', code => {
      ended = true
      // What it started ends with it.
      killGroup(child.pid)
      release()
      resolve(code)
    })
    child.once('error', error => {
      failure = error
      ended = true
      resolve(null)
    })
  })
  const stop = async ({
    signal = 'SIGTERM',
    graceMs = GRACE_MS,
  }: {
    signal?: NodeJS.Signals
    graceMs?: number
  } = {}) => {
    if (ended) return
    const kill = () => killGroup(child.pid)
    if (signal === 'SIGKILL') kill()
    else child.kill(signal)
    const timer = setTimeout(kill, graceMs)
    await exited
    clearTimeout(timer)
  }
  const deadline = performance.now() + timeoutMs
  // A check that hangs must hide neither the end of the process nor that of our patience.
  const check = async () => {
    const patience = new AbortController()
    const late = sleep(Math.max(0, deadline - performance.now()), false, { signal: patience.signal })
    const asked = (async () => isReady({ output: () => text }))()
    const answers = [asked, exited.then(() => false), late].map(answer => answer.catch(() => false))
    return Promise.race(answers).finally(() => patience.abort())
  }
  for (;;) {
    if (ended)
      throw new Error(`${name} ended before it was ready. ${failure?.message ?? ''}\n${text.slice(-4000)}`)
    if (await check()) break
    if (ended) continue
    if (performance.now() > deadline) {
      await stop({ signal: 'SIGKILL' })
      throw new Error(`${name} was not ready after ${timeoutMs / 1000} s.\n${text.slice(-4000)}`)
    }
    await sleep(pollMs)
  }
  return {
    name,
    pid: child.pid as number,
    output: () => text,
    exited,
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}
