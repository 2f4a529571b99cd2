import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'
import { startProcess } from './start-process.ts'

export interface RedisSentinel extends AsyncDisposable {
  readonly sentinels: readonly { host: string; port: number }[]
  readonly masterName: string
  /** The master first, as it was at the start. */
  readonly servers: readonly RedisServer[]
  /** The server that the sentinels name as master now. */
  master(): Promise<RedisServer>
  stop(): Promise<void>
}

const READY_MS = 20_000

/** Starts a master, replicas, and sentinels that watch them; ready when the sentinels know each other and the replicas. */
export async function startRedisSentinel({
  masterName = 'main',
  replicas = 1,
  sentinels: count = 3,
  password,
  sentinelPassword,
  downAfterMs = 1000,
}: {
  masterName?: string
  replicas?: number
  sentinels?: number
  password?: string
  /** Of the sentinels themselves. */
  sentinelPassword?: string
  /** Silence after which a sentinel holds a server for dead. */
  downAfterMs?: number
} = {}): Promise<RedisSentinel> {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'redis-sentinel-'))
  starting.defer(() => rm(directory, { recursive: true, force: true }))
  const secret = password === undefined ? {} : { password }
  const first = starting.use(await startRedisServer(secret))
  const servers = [first]
  for (let index = 0; index < replicas; index += 1) {
    const args = ['--replicaof', first.host, `${first.port}`, '--repl-diskless-sync-delay', '0']
    servers.push(starting.use(await startRedisServer({ ...secret, args })))
  }

  const sentinels: { host: string; port: number }[] = []
  for (let index = 0; index < count; index += 1) {
    const port = await freePort()
    const file = join(directory, `${port}.conf`)
    const settings = [
      `monitor ${masterName} 127.0.0.1 ${first.port} ${Math.floor(count / 2) + 1}`,
      `down-after-milliseconds ${masterName} ${downAfterMs}`,
      `failover-timeout ${masterName} 5000`,
      ...(password ? [`auth-pass ${masterName} ${password}`] : []),
      ...(sentinelPassword ? [`sentinel-pass ${sentinelPassword}`] : []),
    ]
    const own = [
      `port ${port}`,
      'bind 127.0.0.1',
      ...(sentinelPassword ? [`requirepass ${sentinelPassword}`] : []),
    ]
    const lines = [...own, ...settings.map(setting => `sentinel ${setting}`)]
    await writeFile(file, `${lines.join('\n')}\n`)
    starting.use(
      await startProcess({
        name: `redis-sentinel on port ${port}`,
        command: 'redis-sentinel',
        args: [file],
        isReady: ({ output }) => output().includes('+monitor master'),
        timeoutMs: READY_MS,
      }),
    )
    sentinels.push({ host: '127.0.0.1', port })
  }
  for (const { host, port } of sentinels) {
    await until(
      `the sentinel on port ${port} to know ${count - 1} others and ${replicas} replicas`,
      async () => {
        const facts = await ask({ host, port, password: sentinelPassword }, client =>
          client.call('SENTINEL', 'MASTER', masterName),
        )
        const fact = (name: string) => Number(facts[facts.indexOf(name) + 1])
        return fact('num-other-sentinels') === count - 1 && fact('num-slaves') === replicas
      },
    )
  }

  const owned = starting.move()
  const stop = () => owned.disposeAsync()
  return {
    sentinels,
    masterName,
    servers,
    async master() {
      for (const { host, port } of sentinels) {
        const [, name] = await ask({ host, port, password: sentinelPassword }, client =>
          client.call('SENTINEL', 'get-master-addr-by-name', masterName),
        )
        const server = servers.find(({ port }) => port === Number(name))
        if (server) return server
      }
      throw new Error(`No sentinel names a master for ${masterName}.`)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function ask(
  { password, ...address }: { host: string; port: number; password: string | undefined },
  run: (client: Redis) => Promise<unknown>,
): Promise<string[]> {
  const client = new Redis({
    ...address,
    ...(password && { password }),
    retryStrategy: null,
    lazyConnect: true,
  })
  client.on('error', () => {})
  try {
    return ((await run(client)) ?? []) as string[]
  } finally {
    client.disconnect()
  }
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (!(await done().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Waited ${READY_MS / 1000} s for ${what}.`)
    await sleep(100)
  }
}
