import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type RunningProcess, startProcess } from './start-process.ts'

export interface RedisServer extends AsyncDisposable {
  /** redis:// or rediss://, with the password if there is one. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  output(): string
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it anew on the same port and directory; what still runs is killed before. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface RedisServerOptions {
  port?: number
  /** For files; default a temporary one, removed by `stop`. */
  directory?: string
  password?: string
  /** More arguments, such as `['--maxmemory', '20mb']`; they win over ours. */
  args?: readonly string[]
  /** PEM files. The server then speaks TLS only; with `requireClient` it wants a certificate of the same authority. */
  tls?: { ca: string; cert: string; key: string; requireClient?: boolean }
}

/** Starts the `redis-server` on PATH on 127.0.0.1, without persistence. Tells what to install if there is none. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { port = await freePort(), password, tls } = options
  const temporary = options.directory ? null : await mkdtemp(join(tmpdir(), 'redis-server-'))
  const args = serverArguments({ ...options, port, directory: options.directory ?? (temporary as string) })
  const run = () =>
    startProcess({
      name: `redis-server on port ${port}`,
      command: 'redis-server',
      args,
      isReady: ({ output }) => output().includes('Ready to accept connections'),
      timeoutMs: 20_000,
    })
  let running: RunningProcess
  try {
    running = await run()
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true })
    throw withRemedy(error)
  }

  const stop = async () => {
    await running.stop()
    if (temporary) await rm(temporary, { recursive: true, force: true })
  }
  return {
    url: `${tls ? 'rediss' : 'redis'}://${password ? `:${encodeURIComponent(password)}@` : ''}127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
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

function serverArguments({
  port,
  directory,
  password,
  args = [],
  tls,
}: RedisServerOptions & { port: number; directory: string }): string[] {
  const settings: Record<string, string | number> = {
    bind: '127.0.0.1',
    port: tls ? 0 : port,
    dir: directory,
    save: '',
    appendonly: 'no',
    daemonize: 'no',
    ...(password && { requirepass: password, masterauth: password }),
    ...(tls && {
      'tls-port': port,
      'tls-replication': 'yes',
      'tls-cluster': 'yes',
      'tls-ca-cert-file': tls.ca,
      'tls-cert-file': tls.cert,
      'tls-key-file': tls.key,
      'tls-auth-clients': tls.requireClient ? 'yes' : 'no',
    }),
  }
  return [...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]), ...args]
}

function withRemedy(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.includes('ENOENT')) return error
  return new Error(
    'redis-server is not on PATH, wanted Redis 6.2 or later: run `npm run engines`, or install the package redis-server (Debian, Ubuntu) or redis (others).',
    { cause: error },
  )
}
