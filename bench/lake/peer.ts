import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startSparkProcess } from '#engines/spark-process.ts'

export interface WriteRun {
  seconds: number
  /** Most memory that the process has held so far; null where it is not told. */
  peakBytes: number | null
  rows: number
}

export interface Peer extends AsyncDisposable {
  /** Writes all rows to a new table in that folder. */
  write(folder: string): Promise<WriteRun>
}

/** Starts a peer of this folder; what it takes to start is not measured. */
export async function startPeer(
  script: 'write-delta-rs.py' | 'write-spark.py',
  args: readonly string[],
): Promise<Peer> {
  const child = await startSparkProcess(join(import.meta.dirname, script), args, { jvm: '' })
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${script} ended.`)
    return value as string
  }
  while ((await next()) !== 'ready');
  return {
    async write(folder) {
      child.stdin.write(`${folder}\n`)
      return JSON.parse(await next()) as WriteRun
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
