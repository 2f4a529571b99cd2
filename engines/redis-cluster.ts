import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly { host: string; port: number }[]
  readonly servers: readonly RedisServer[]
  stop(): Promise<void>
}

const SLOTS = 16_384
const READY_MS = 20_000

/** Starts a cluster of masters that share all slots evenly. Needs Redis 7 for its ports of choice. */
export async function startRedisCluster({
  nodes: count = 3,
  password,
}: {
  nodes?: number
  password?: string
} = {}): Promise<RedisCluster> {
  await using starting = new AsyncDisposableStack()
  const secret = password === undefined ? {} : { password }
  const members: { server: RedisServer; busPort: number; client: Redis }[] = []
  for (let index = 0; index < count; index += 1) {
    const busPort = await freePort()
    const args = [
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      `${busPort}`,
      '--cluster-node-timeout',
      '3000',
    ]
    const server = starting.use(await startRedisServer({ ...secret, args }))
    const client = new Redis({ host: server.host, port: server.port, ...secret })
    client.on('error', () => {})
    members.push({ server, busPort, client })
  }
  try {
    const [first] = members
    for (const [index, { server, busPort, client }] of members.entries()) {
      const [from, to] = [index, index + 1].map(share => Math.floor((share * SLOTS) / count))
      await client.call('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${(to ?? SLOTS) - 1}`)
      if (index > 0) await first?.client.call('CLUSTER', 'MEET', server.host, `${server.port}`, `${busPort}`)
    }
    const deadline = performance.now() + READY_MS
    for (const { client, server } of members) {
      for (;;) {
        const info = `${await client.call('CLUSTER', 'INFO')}`
        if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${count}`)) break
        if (performance.now() > deadline)
          throw new Error(`The cluster node on port ${server.port} is not ready.\n${info}`)
        await sleep(50)
      }
    }
  } finally {
    for (const { client } of members) client.disconnect()
  }
  const owned = starting.move()
  const stop = () => owned.disposeAsync()
  return {
    nodes: members.map(({ server: { host, port } }) => ({ host, port })),
    servers: members.map(({ server }) => server),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
