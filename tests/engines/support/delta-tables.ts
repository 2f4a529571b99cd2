import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startSparkProcess } from '#engines/spark-process.ts'

const PROGRAM = join(import.meta.dirname, '../delta-tables.py')

/** Another engine's view of Delta tables; a refusal of the engine rejects. */
export interface DeltaEngine extends AsyncDisposable {
  ask<T>(request: { do: string } & Record<string, unknown>): Promise<T>
}

/** Starts delta-rs or Spark (local, two threads) in a process of its own and talks to it. */
export async function startDeltaEngine(engine: 'delta-rs' | 'spark'): Promise<DeltaEngine> {
  const child = await startSparkProcess(PROGRAM, [engine])
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000)
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await answers.next()
      if (done) throw new Error(`${engine} ended.\n${errors}`)
      // What Spark itself prints on the way is no answer.
      if ((value as string).startsWith('{')) return JSON.parse(value as string)
    }
  }
  await next()

  return {
    async ask<T>(request: { do: string } & Record<string, unknown>): Promise<T> {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const answer = await next()
      if (typeof answer['error'] === 'string') throw new Error(answer['error'])
      return answer as T
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.stdin.end()
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
      await ended
    },
  }
}
