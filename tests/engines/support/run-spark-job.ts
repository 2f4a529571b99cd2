import { sparkJob, startSparkProcess } from '#engines/spark-process.ts'

export interface SparkJob {
  kill(): void
  /** Exit code, null after a signal, and the end of what it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; errors: string }>
}

/** Runs one of the jobs that the chart ships, on two threads of this machine. */
export async function runSparkJob(
  job: 'ingest.py' | 'features.py',
  args: readonly string[],
): Promise<SparkJob> {
  const child = await startSparkProcess(sparkJob(job), args)
  child.stdin.end()
  child.stdout.resume()
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-8000)
  })
  return {
    // Spark's JVM is a child of Python's: both have to go.
    kill: () => void process.kill(-(child.pid as number), 'SIGKILL'),
    ended: new Promise(resolve => child.once('close', code => resolve({ code, errors }))),
  }
}
