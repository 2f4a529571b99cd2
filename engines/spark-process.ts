import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireSpark } from './install-spark.ts'
import { reapWithUs } from './reaper.ts'

const JOBS = join(import.meta.dirname, '../helm/coelho-realtime/files/spark')
/** Jobs of seconds do not earn back what the optimising compiler costs. */
const QUICK = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

/** Starts a Python program that may use Spark (two threads of this machine) and delta-rs. It leads a process group of its own, with
 * Spark's JVM in it, and ends with us however we end. */
export async function startSparkProcess(
  program: string,
  args: readonly string[],
  { jvm = QUICK }: { jvm?: string } = {},
): Promise<ChildProcessWithoutNullStreams> {
  const { python, jars } = await requireSpark()
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(python, [program, ...args], {
    cwd: tmpdir(),
    env: {
      PATH,
      HOME,
      TZ: 'UTC',
      SPARK_JARS: jars,
      SPARK_MASTER: 'local[2]',
      SPARK_LOG_LEVEL: 'ERROR',
      SPARK_JOBS: JOBS,
      ...(jvm && { JAVA_TOOL_OPTIONS: jvm }),
    },
    detached: true,
  })
  child.once('close', reapWithUs(child.pid as number))
  return child
}

/** One of the jobs that the chart ships. */
export const sparkJob = (name: 'ingest.py' | 'features.py'): string => join(JOBS, name)
