import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FillingPlan } from './filling-process.ts'

export interface Filling {
  /** Resolves when it has ended. */
  readonly gone: Promise<void>
  /** SIGKILL. @throws Error if it had ended by itself, or told of a problem. */
  kill(): Promise<void>
}

const CHILD = fileURLToPath(new URL('filling-process.ts', import.meta.url))

/** Starts a process that fills tables; resolves when it has begun, or has died before. */
export async function startFilling(plan: FillingPlan): Promise<Filling> {
  const child = spawn(process.execPath, ['--no-warnings', CHILD, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  const exit = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>
  await Promise.race([once(child.stdout, 'data'), exit])
  return {
    gone: exit.then(() => {}),
    async kill() {
      child.kill('SIGKILL')
      const [code, signal] = await exit
      if (signal !== 'SIGKILL') throw new Error(`The process ended by itself with code ${code}: ${told}`)
      if (told !== '') throw new Error(`The sink told of problems although only it was killed: ${told}`)
    },
  }
}
