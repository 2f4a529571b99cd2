import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface PlatformProcess extends AsyncDisposable {
  url: string
  pid: number
  /** Events of `--json` so far. */
  events: readonly Record<string, unknown>[]
  stderr(): string
  /** SIGKILL: nothing is put down in order. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

const READY_MS = 30_000
const ENTRY = new URL('../../../cli/coelho.ts', import.meta.url).pathname

/** Starts `coelho dev` as a process of its own on a free port and waits until it is ready. */
export async function startPlatformProcess({ args }: { args: readonly string[] }): Promise<PlatformProcess> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=4', '--v8-pool-size=2', ENTRY, 'dev', '--json', '--port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const events: Record<string, unknown>[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-10_000)
  })
  const exited = once(child, 'exit')
  const ready = Promise.withResolvers<string>()
  createInterface({ input: child.stdout }).on('line', line => {
    const event = JSON.parse(line) as Record<string, unknown>
    events.push(event)
    if (event['event'] === 'ready') ready.resolve(String(event['url']))
  })
  exited.then(([code]) =>
    ready.reject(
      new Error(`The platform ended with code ${code}: ${stderr}${JSON.stringify(events.at(-1))}`),
    ),
  )
  const timer = setTimeout(
    () => ready.reject(new Error(`The platform was not ready after ${READY_MS} ms: ${stderr}`)),
    READY_MS,
  )
  try {
    const url = await ready.promise
    return {
      url,
      pid: child.pid as number,
      events,
      stderr: () => stderr,
      kill: () => end(child, exited, 'SIGKILL').then(() => {}),
      stop: () => end(child, exited, 'SIGTERM'),
      [Symbol.asyncDispose]: () => end(child, exited, 'SIGKILL').then(() => {}),
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function end(
  child: ChildProcess,
  exited: Promise<unknown[]>,
  signal: NodeJS.Signals,
): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await exited
  return child.exitCode
}
