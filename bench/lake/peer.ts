import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startSparkProcess } from '#engines/spark-process.ts'

export interface WriteRun {
  seconds: number
  /** Most memory that the process has held so far; null where it is not told. */
  peakBytes: number | null
  rows: number
}

/** A process that writes the same rows each time it is asked; what it takes to start is not measured. */
export interface Writer extends AsyncDisposable {
  /** Writes all rows to a new table in that folder. */
  write(folder: string): Promise<WriteRun>
}

export async function startPeer(
  script: 'write-delta-rs.py' | 'write-spark.py',
  args: readonly string[],
): Promise<Writer> {
  const child = await startSparkProcess(join(import.meta.dirname, script), args, { jvm: '' })
  child.stderr.pipe(process.stderr)
  return writer(child)
}

/** The sink, with the limits of memory that the roles start with. */
export function startSink(logDirectory: string): Promise<Writer> {
  const program = join(import.meta.dirname, 'run-sink.ts')
  const child = spawn(process.execPath, [
    '--no-warnings',
    '--max-semi-space-size=4',
    '--v8-pool-size=2',
    program,
    logDirectory,
  ])
  child.stderr.pipe(process.stderr)
  return writer(child)
}

async function writer(child: ChildProcessWithoutNullStreams): Promise<Writer> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${child.spawnargs.join(' ')} ended.`)
    return value as string
  }
  while ((await next()) !== 'ready');
  return {
    async write(folder) {
      child.stdin.write(`${folder}\n`)
      for (;;) {
        const line = await next()
        if (line.startsWith('{')) return JSON.parse(line) as WriteRun
      }
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
