import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { requireSpark } from '#engines/install-spark.ts'

export interface SqlPeer extends AsyncDisposable {
  readonly version: string
  run(statement: string): Promise<{ ms: number; rows: unknown }>
}

/** DuckDB in Python over the same files, with as many threads. */
export async function startPeer(glob: string, threads: number): Promise<SqlPeer> {
  const { python } = await requireSpark()
  const child = spawn(python, [join(import.meta.dirname, 'peer.py'), glob, String(threads)], {
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('The peer ended.')
    return JSON.parse(value as string) as T
  }
  const { version } = await next<{ version: string }>()
  return {
    version,
    run(statement) {
      child.stdin.write(`${statement.replaceAll(/\s+/g, ' ')}\n`)
      return next()
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
