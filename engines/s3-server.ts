import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { requireVersitygw } from './install-versitygw.ts'
import { type RunningProcess, startProcess } from './start-process.ts'

export interface S3ServerOptions {
  port?: number
  /** Its folders are buckets, and their files objects; default a temporary one, removed by `stop`. */
  directory?: string
  accessKeyId?: string
  secretAccessKey?: string
  region?: string
  /** Created at start if they are missing. */
  buckets?: readonly string[]
  /** More arguments of its `posix` backend; `['--sidecar', folder]` for file systems without extended attributes. */
  args?: readonly string[]
}

export interface S3Server extends AsyncDisposable {
  /** http://127.0.0.1:<port> */
  readonly endpoint: string
  readonly host: string
  readonly port: number
  readonly directory: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  output(): string
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it anew on the same port and folder; what still runs is killed before. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts versitygw, an S3 server over a folder, on 127.0.0.1: about 60 MB, ready within a second. Throws with the remedy if
 * it is not installed, and with the end of its output if it does not come up.
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { accessKeyId = 'test', secretAccessKey = 'test-secret', region = 'us-east-1', args = [] } = options
  const command = await requireVersitygw()
  const port = options.port ?? (await freePort())
  const temporary = options.directory === undefined ? await mkdtemp(join(tmpdir(), 's3-server-')) : null
  const directory = resolve(options.directory ?? (temporary as string))
  const endpoint = `http://${HOST}:${port}`
  const forget = async () => {
    if (temporary) await rm(temporary, { recursive: true, force: true })
  }
  const run = async () => {
    for (const bucket of options.buckets ?? []) await mkdir(join(directory, bucket), { recursive: true })
    return startProcess({
      name: `versitygw on port ${port}`,
      command,
      args: [
        '--port',
        `${HOST}:${port}`,
        '--region',
        region,
        '--keep-alive',
        '--quiet',
        'posix',
        ...args,
        directory,
      ],
      // Arguments would show the secret to everybody on the machine.
      env: { ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey },
      isReady: async () => {
        await fetch(endpoint, { signal: AbortSignal.timeout(1000) })
        return true
      },
      timeoutMs: 20_000,
    })
  }
  const starting = run()
  starting.catch(forget)
  let running: RunningProcess = await starting
  const stop = async () => {
    await running.stop()
    await forget()
  }
  return {
    endpoint,
    host: HOST,
    port,
    directory,
    region,
    accessKeyId,
    secretAccessKey,
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
