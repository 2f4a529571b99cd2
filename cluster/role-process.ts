import { join } from 'node:path'
import { freePort } from '#engines/free-port.ts'
import { type RunningProcess, startProcess } from '#engines/start-process.ts'

export interface RoleProcessOptions {
  /** Such as `incremental-2`. */
  name: string
  role: string
  /** Default any free one, kept over restarts. */
  port?: number
  args?: readonly string[]
  env: Readonly<Record<string, string>>
  /** Told of each line that it writes. */
  onLine?: ((name: string, line: string) => void) | undefined
  timeoutMs?: number
}

export interface RoleProcess extends AsyncDisposable {
  readonly name: string
  readonly role: string
  /** Of its probes, and of the graph if it is a gateway. */
  readonly url: string
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  /** What it has written since it was last started, the newest part. */
  output(): string
  /** SIGTERM; resolves with the exit code, null if it had to be killed. */
  stop(): Promise<number | null>
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it anew at the same address and waits until it is ready; what still runs is killed before. */
  restart(): Promise<void>
}

const ROOT = join(import.meta.dirname, '..')
/** A session with a long order log to replay makes its process ready late. */
const START_TIMEOUT_MS = 90_000
/** A little longer than a role gives itself. */
const GRACE_MS = 22_000

/** Starts a role as a process of its own on 127.0.0.1 and waits until it is ready. */
export async function startRoleProcess({
  name,
  role,
  port: givenPort,
  args = [],
  env,
  onLine,
  timeoutMs = START_TIMEOUT_MS,
}: RoleProcessOptions): Promise<RoleProcess> {
  const port = givenPort ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const run = () =>
    startProcess({
      name,
      command: process.execPath,
      args: [
        '--max-semi-space-size=4',
        '--v8-pool-size=2',
        'cli/start.mjs',
        'cli/coelho.ts',
        'role',
        role,
        `--port=${port}`,
        `--instance=${name}`,
        ...args,
      ],
      env,
      cwd: ROOT,
      isReady: async () => (await fetch(`${url}/readyz`)).ok,
      timeoutMs,
      ...(onLine && { onOutput: byLine(line => onLine(name, line)) }),
    })
  let running: RunningProcess = await run()
  return {
    name,
    role,
    url,
    get pid() {
      return running.pid
    },
    output: () => running.output(),
    async stop() {
      await running.stop({ graceMs: GRACE_MS })
      return running.exited
    },
    kill: () => running.stop({ signal: 'SIGKILL' }),
    async restart() {
      await running.stop({ signal: 'SIGKILL' })
      running = await run()
    },
    [Symbol.asyncDispose]: () => running.stop({ graceMs: GRACE_MS }),
  }
}

/** Makes whole lines of output that comes in pieces. */
function byLine(tell: (line: string) => void): (text: string) => void {
  let rest = ''
  return text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') tell(line)
  }
}
