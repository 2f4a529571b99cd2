import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Runs a program of this folder in a fresh process, as a job of training runs, hands it one request and reads its answer. */
export async function askChild<Answer>(
  program: 'run-train.ts' | 'run-job.ts',
  request: object,
): Promise<Answer> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--max-semi-space-size=4', '--v8-pool-size=2', join(import.meta.dirname, program)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.end(`${JSON.stringify(request)}\n`)
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  const code = child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve)))
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  if (code !== 0 || !last.startsWith('{'))
    throw new Error(`${program} ended with ${code} and said: ${text.slice(-500)}`)
  return JSON.parse(last) as Answer
}
