import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Spawned extends AsyncDisposable {
  /** The next line of stdout. */
  line(): Promise<string>
  /** Everything on stderr so far. */
  errors(): string
  /** Sends a signal and resolves to the exit code; null after a signal that kills. */
  stop(signal: NodeJS.Signals): Promise<number | null>
  /** Resolves to the exit code. */
  exited: Promise<number | null>
}

/** Runs a TypeScript file of this repository in a process of its own. */
export function spawnNode(file: string, args: readonly string[] = []): Spawned {
  const root = new URL('../../../', import.meta.url)
  const child = spawn(process.execPath, ['--no-warnings', file, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', chunk => (errors += chunk))
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`The process ended; a line was wanted. ${errors}`)
      return value
    },
    errors: () => errors,
    stop,
    exited,
    [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')),
  }
}
