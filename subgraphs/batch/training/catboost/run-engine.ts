import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { codedError } from '#learn/coded-error.ts'
import type { WrittenPart } from './write-part.ts'

/** Losses and metric after a tree, null where they are not known. */
export interface CatboostIteration {
  readonly iteration: number
  readonly train: number | null
  readonly validation: number | null
  /** On the validation part; decides when to stop. */
  readonly metric: number | null
}

interface EngineJob {
  readonly type: 'train'
  readonly columns: readonly { readonly name: string; readonly texts: readonly string[] | null }[]
  readonly train: WrittenPart
  readonly validation: WrittenPart | null
  readonly parameters: object
  /** Where the model is to be written. */
  readonly model: string
}

type EngineMessage =
  | { type: 'started'; version: string }
  | ({ type: 'iteration' } & CatboostIteration)
  | { type: 'done'; iterations: number; best: number }
  | { type: 'stopped' }
  | { type: 'failed'; code: 'ENGINE_MISSING' | 'ENGINE_FAILED'; message: string }

interface EngineOptions {
  python: string
  job: EngineJob
  signal: AbortSignal
  onIteration: (iteration: CatboostIteration) => void
}

const MODULES = join(import.meta.dirname, 'python')
/** Beyond an iteration of any sensible training; then it is killed. */
const GRACE_MS = 30_000
const KEPT_CHARACTERS = 2000
const REMEDY = 'Install it with "pip install catboost==1.2.10" and name that Python in BATCH_PYTHON.'

/** Runs the engine's process to its end; it also ends when this process does, which closes its stdin. */
export async function runEngine({ python, job, signal, onIteration }: EngineOptions) {
  if (signal.aborted) throw stopped()
  // Modules are found by the folder it runs in, so a path must not depend on that.
  const child = spawn(
    python.includes(sep) ? resolve(python) : python,
    ['-B', '-u', '-m', 'coelho_catboost'],
    {
      cwd: MODULES,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  const exited = exitOf(child)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-KEPT_CHARACTERS)
  })
  // A process that could not start, or has just ended, is told by `exited`.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(job)}\n`)
  const stop = () => {
    child.stdin.write('{"type":"stop"}\n')
    child.kill('SIGTERM')
  }
  let kill: NodeJS.Timeout | undefined
  const onAbort = () => {
    stop()
    kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    kill.unref()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  let version = ''
  let ended: Extract<EngineMessage, { type: 'done' | 'stopped' | 'failed' }> | undefined
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = JSON.parse(line) as EngineMessage
      if (message.type === 'started') version = message.version
      else if (message.type === 'iteration') {
        const { type: _, ...iteration } = message
        if (!signal.aborted) onIteration(iteration)
      } else ended = message
    }
    const code = await exited
    if (signal.aborted) throw stopped()
    if (ended?.type === 'done') return { iterations: ended.iterations, best: ended.best, version }
    throw failure(python, ended?.type === 'failed' ? ended : undefined, code, errors)
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(kill)
    child.kill('SIGKILL')
  }
}

/** Exit code, null after a signal, or why it could not start. */
function exitOf(child: ChildProcess): Promise<number | null | Error> {
  return new Promise(settle => {
    child.once('error', settle)
    child.once('close', settle)
  })
}

function failure(
  python: string,
  told: Extract<EngineMessage, { type: 'failed' }> | undefined,
  code: number | null | Error,
  errors: string,
): Error {
  if (code instanceof Error) {
    return codedError(
      'ENGINE_MISSING',
      `"${python}" could not be started (${code.message}), a Python with CatBoost wanted. ${REMEDY}`,
    )
  }
  if (told?.code === 'ENGINE_MISSING') {
    return codedError('ENGINE_MISSING', `"${python}" has no CatBoost (${told.message}). ${REMEDY}`)
  }
  if (told) return codedError('ENGINE_FAILED', `CatBoost could not train (${told.message}).`)
  const how = code === null ? 'was killed' : `ended with code ${code}`
  return codedError(
    'ENGINE_FAILED',
    `The process of CatBoost ${how} before it was done: ${errors.trim() || 'it said nothing'}.`,
  )
}

function stopped(): Error {
  return codedError('STOPPED', 'Training was stopped before it was done.')
}
