import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrainingResult, TrainingUpdate } from '../training/training-result.ts'
import { exitProblem } from './exit-problem.ts'
import type { FromTraining, StartMessage, ToTraining } from './training-protocol.ts'

/** A training that runs in a process of its own, which ends with it. */
export interface TrainingProcess {
  readonly pid: number | undefined
  /** Rejects with what the training says it failed of, else `TRAINING_OUT_OF_MEMORY` or `TRAINING_PROCESS_LOST`. */
  readonly result: Promise<TrainingResult>
  /** Resolves once the process is gone. */
  readonly exited: Promise<void>
  /** Asks it to stop at its next iteration: `result` rejects with `STOPPED`, unless it was done already. */
  cancel(): void
  /** Ends it at once. */
  kill(): void
}

export interface TrainingProcessOptions<Start extends StartMessage> {
  /** The module that speaks `training-protocol.ts`. It has to end when its channel closes: then its parent has died. */
  entry: URL
  /** What the process is told first. */
  start: Start
  onUpdate: (update: TrainingUpdate) => void
  /** Default: the environment of this process. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Options of Node, beside those made of the limits below. */
  execArgv?: readonly string[] | undefined
  limits?: TrainingLimits | undefined
  /** Time that it has to end by itself after its last word. */
  lingerMs?: number | undefined
}

export interface TrainingLimits {
  /** Megabytes of JavaScript objects; typed arrays lie outside. */
  memoryMb?: number | undefined
  /** Adds to its niceness, 0 to 19, so that whoever answers queries comes first. */
  niceness?: number | undefined
  /** Node's permission model: what it may do, and nothing else. Without it everything is allowed. */
  permissions?: TrainingPermissions | undefined
}

export interface TrainingPermissions {
  /** Files and folders. */
  read: readonly string[]
  write: readonly string[]
  /** DuckDB is an addon; CatBoost is a process; boosting has threads. */
  addons: boolean
  processes: boolean
  threads: boolean
}

const STDERR_CHARACTERS = 8000
/** The channel may have more to tell when the process is gone; if it never closes, this is enough. */
const CHANNEL_MS = 2000

export function startTrainingProcess<Start extends StartMessage>({
  entry,
  start,
  onUpdate,
  env,
  execArgv = [],
  limits: { memoryMb, niceness = 0, permissions } = {},
  lingerMs = 3000,
}: TrainingProcessOptions<Start>): TrainingProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [...execArgv, ...optionsOf(memoryMb, permissions)],
    // What a training prints is no output of the platform.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(env && { env }),
  })
  const { promise: result, resolve, reject } = Promise.withResolvers<TrainingResult>()
  // Whoever waits sees the reason; nobody waiting must not be an unhandled rejection.
  result.catch(() => {})
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>()
  const files = new Map<string, Uint8Array>()
  let stderr = ''
  let lingering: NodeJS.Timeout | undefined

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS)
  })
  child.on('message', (message: FromTraining) => {
    if (message.type === 'update') return onUpdate(message.update)
    if (message.type === 'file') return void files.set(message.path, message.content)
    if (message.type === 'result') {
      resolve({ ...message.result, files: new Map([...files, ...message.result.files]) })
    } else if (message.type === 'failed') reject(new CodedError(message.code, message.message))
    else return
    if (child.connected) child.disconnect()
    lingering = setTimeout(kill, lingerMs).unref()
  })
  child.once('error', error => {
    reject(new CodedError('TRAINING_PROCESS_LOST', `The training process failed: ${error.message}`))
    // One that never started has no exit.
    if (child.pid === undefined) exit()
  })
  child.once('exit', (code, signal) => {
    clearTimeout(lingering)
    void drained(child).then(() => {
      reject(exitProblem({ code, signal, stderr, memoryMb: memoryMb ?? null }))
      exit()
    })
  })
  if (child.pid !== undefined && niceness > 0) lowerPriority(child.pid, niceness)
  send(start)

  function send(message: Start | ToTraining): void {
    // Its end tells why it cannot be sent.
    if (child.connected) child.send(message, () => {})
  }

  function kill(): void {
    child.kill('SIGKILL')
  }

  return { pid: child.pid, result, exited, cancel: () => send({ type: 'cancel' }), kill }
}

function optionsOf(memoryMb: number | undefined, permissions: TrainingPermissions | undefined): string[] {
  return [
    ...(memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`]),
    ...(permissions
      ? [
          '--permission',
          ...permissions.read.map(path => `--allow-fs-read=${path}`),
          ...permissions.write.map(path => `--allow-fs-write=${path}`),
          ...(permissions.addons ? ['--allow-addons'] : []),
          ...(permissions.processes ? ['--allow-child-process'] : []),
          ...(permissions.threads ? ['--allow-worker'] : []),
        ]
      : []),
  ]
}

/** Resolves once all that a process said before it ended was heard. */
async function drained(child: ChildProcess): Promise<void> {
  const closed: Promise<void>[] = []
  if (child.connected) closed.push(new Promise(resolve => child.once('disconnect', resolve)))
  if (child.stderr && !child.stderr.closed)
    closed.push(new Promise(resolve => child.stderr?.once('close', resolve)))
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>(resolve => (timer = setTimeout(resolve, CHANNEL_MS)))
  await Promise.race([Promise.all(closed), patience])
  clearTimeout(timer)
}

function lowerPriority(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness)
  } catch {
    // It trains all the same.
  }
}
