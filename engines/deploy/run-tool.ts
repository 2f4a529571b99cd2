import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const MAX_OUTPUT_BYTES = 2 ** 27

/** Runs a program to its end. Throws with the end of what it said where it fails or is missing. */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, ...env },
      ...(cwd !== undefined && { cwd }),
    })
    return stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`${command} ${args[0] ?? ''} failed: ${stderr.trim().slice(-2000) || message}`, {
      cause: error,
    })
  }
}
