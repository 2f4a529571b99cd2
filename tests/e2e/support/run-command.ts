import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

const ENTRY = new URL('../../../cli/coelho.ts', import.meta.url).pathname

/** Runs `coelho <args>` to its end. */
export async function runCommand(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
