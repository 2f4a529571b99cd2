import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const CHILD = new URL('./run-peer.ts', import.meta.url).pathname

/** Starts `run-peer.ts` as a process of its own; resolves once it consumes. */
export async function startPeer({
  broker,
  topic,
  onEvents,
}: {
  broker: string
  topic: string
  /** `receivedAt` in Unix milliseconds. */
  onEvents: (ids: readonly string[], receivedAt: number) => void
}): Promise<AsyncDisposable> {
  const child = spawn(process.execPath, ['--no-warnings', CHILD, broker, topic], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  exited.then(([code]) => reject(new Error(`The peer ended with code ${code}.`)))
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === 'ready') return resolve()
    const [receivedAt, ids] = JSON.parse(line) as [number, string[]]
    onEvents(ids, receivedAt)
  })
  await ready
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
