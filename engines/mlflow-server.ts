import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { requirePython } from './install-python.ts'
import { type RunningProcess, startProcess } from './start-process.ts'

export interface MlflowServerOptions {
  port?: number
  /** For database and artifacts; default a temporary one, removed by `stop`. */
  directory?: string
  /** SQLite file to serve; default `mlflow.db` in the directory. */
  database?: string
  /** Folder of the artifacts that the server takes by HTTP; default `artifacts` in the directory. */
  artifacts?: string
  /** Basic authentication with this administrator; MLflow wants 12 characters of password or more. */
  auth?: { username: string; password: string }
}

export interface MlflowServer extends AsyncDisposable {
  /** http://127.0.0.1:<port> */
  readonly url: string
  readonly port: number
  readonly database: string
  readonly artifacts: string
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  output(): string
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it anew on the same port and files; what still runs is killed before. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const LAUNCHER = join(import.meta.dirname, 'mlflow-server.py')
const START_TIMEOUT_MS = 180_000

/**
 * Starts MLflow's own server on 127.0.0.1: one uvicorn worker, SQLite, artifacts through the server, no telemetry. Ready in
 * about five seconds. Throws with the end of its output if it does not come up.
 */
export async function startMlflowServer(options: MlflowServerOptions = {}): Promise<MlflowServer> {
  const { port = await freePort(), auth } = options
  const python = await requirePython()
  const temporary = options.directory ? null : await mkdtemp(join(tmpdir(), 'mlflow-server-'))
  const directory = resolve(options.directory ?? (temporary as string))
  const database = resolve(options.database ?? join(directory, 'mlflow.db'))
  const artifacts = resolve(options.artifacts ?? join(directory, 'artifacts'))
  const url = `http://127.0.0.1:${port}`
  await mkdir(artifacts, { recursive: true })
  const env = {
    MLFLOW_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: 'true',
    // Background jobs would be more processes, for features that are not tracking.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    PYTHONUNBUFFERED: '1',
    ...(auth && (await authEnvironment(directory, auth))),
  }
  const run = () =>
    startProcess({
      name: `MLflow server on port ${port}`,
      command: python,
      args: [
        LAUNCHER,
        '--host=127.0.0.1',
        `--port=${port}`,
        '--workers=1',
        '--serve-artifacts',
        `--backend-store-uri=sqlite:///${database}`,
        `--artifacts-destination=${artifacts}`,
        ...(auth ? ['--app-name=basic-auth'] : []),
      ],
      env,
      // It would leave files of its own wherever this process runs.
      cwd: directory,
      isReady: async () => (await fetch(`${url}/health`)).ok,
      timeoutMs: START_TIMEOUT_MS,
      pollMs: 100,
    })
  const clean = async () => {
    if (temporary) await rm(temporary, { recursive: true, force: true })
  }
  let running: RunningProcess
  try {
    running = await run()
  } catch (error) {
    await clean()
    throw error
  }
  const stop = async () => {
    await running.stop()
    await clean()
  }
  return {
    url,
    port,
    database,
    artifacts,
    get pid() {
      return running.pid
    },
    output: () => running.output(),
    kill: () => running.stop({ signal: 'SIGKILL' }),
    async restart() {
      await running.stop({ signal: 'SIGKILL' })
      running = await run()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Users live in a database of their own; the administrator is made at the first start. */
async function authEnvironment(
  directory: string,
  { username, password }: { username: string; password: string },
): Promise<Record<string, string>> {
  const file = join(directory, 'basic-auth.ini')
  const lines = [
    '[mlflow]',
    'default_permission = READ',
    `database_uri = sqlite:///${join(directory, 'basic-auth.db')}`,
    `admin_username = ${username}`,
    'authorization_function = mlflow.server.auth:authenticate_request_basic_auth',
  ]
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return {
    MLFLOW_AUTH_CONFIG_PATH: file,
    MLFLOW_AUTH_ADMIN_PASSWORD: password,
    MLFLOW_FLASK_SERVER_SECRET_KEY: randomBytes(24).toString('hex'),
  }
}
