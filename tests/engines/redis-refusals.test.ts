import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type RedisOptions, openRedisCache } from '#adapters/cache/redis.ts'
import { createCertificates } from '#engines/certificates.ts'
import { freePort } from '#engines/free-port.ts'
import { startRedisCluster } from '#engines/redis-cluster.ts'
import { startRedisSentinel } from '#engines/redis-sentinel.ts'
import { startRedisServer } from '#engines/redis-server.ts'
import type { PortError } from '#ports/port-error.ts'

const RIGHT = 'right-secret'
const WRONG = 'wrong-secret'
const AT_ONCE_MS = 8000

/** What opening rejects with. It must not contain a secret, nor use up the time for retries when trying again is no use. */
const refusal = async (options: RedisOptions): Promise<PortError> => {
  const begun = performance.now()
  const error = await openRedisCache({ commandTimeoutMs: 500, ...options }).then(
    async cache => {
      await cache[Symbol.asyncDispose]()
      assert.fail('It opened.')
    },
    (error: PortError) => error,
  )
  const text = inspect(error, { depth: 10, showHidden: true })
  for (const secret of [RIGHT, WRONG]) assert.ok(!text.includes(secret), text)
  if (options.openTimeoutMs === undefined) assert.ok(performance.now() - begun < AT_ONCE_MS)
  assert.match(error.message, /[^.]\.$/)
  return error
}

const refuses = async (options: RedisOptions, code: PortError['code'], ...parts: (string | RegExp)[]) => {
  const error = await refusal(options)
  assert.equal(error.code, code, error.message)
  for (const part of parts) {
    assert.ok(
      typeof part === 'string' ? error.message.includes(part) : part.test(error.message),
      error.message,
    )
  }
}

describe('credentials', async () => {
  const server = await startRedisServer({
    password: RIGHT,
    args: ['--user', 'reader', 'on', '>reader', '~coelho:*', '+@all', '-@scripting'],
  })
  after(() => server.stop())
  const address = `127.0.0.1:${server.port}`
  const url = `redis://${address}`

  test('a wrong password is refused at once', () =>
    refuses(
      { url, password: WRONG },
      'ENGINE_ACCESS_DENIED',
      address,
      'REDIS_URL',
      'REDIS_PASSWORD',
      'WRONGPASS',
    ))
  test('so is one inside the URL', () =>
    refuses({ url: `redis://:${WRONG}@${address}` }, 'ENGINE_ACCESS_DENIED', address, 'REDIS_URL'))
  test('so is an unknown user', () =>
    refuses({ url, username: 'nobody', password: RIGHT }, 'ENGINE_ACCESS_DENIED', 'REDIS_USERNAME'))
  test('so is a missing password', () => refuses({ url }, 'ENGINE_ACCESS_DENIED', 'NOAUTH'))
  test('a user who may not run scripts is refused with the rights that are wanted', () =>
    refuses({ url, username: 'reader', password: 'reader' }, 'ENGINE_ACCESS_DENIED', 'reader', '+@scripting'))
  test('so is one who may not use the prefix', () =>
    refuses(
      { url, username: 'reader', password: 'reader', keyPrefix: 'other:' },
      'ENGINE_ACCESS_DENIED',
      'REDIS_KEY_PREFIX',
    ))
  test('so is a database that the server does not have', () =>
    refuses({ url: `${url}/99`, password: RIGHT }, 'ENGINE_UNSUPPORTED', 'REDIS_URL', 'DB index'))
})

describe('the wrong kind of Redis', async () => {
  const [server, cluster, sentinel] = await Promise.all([
    startRedisServer(),
    startRedisCluster({ password: RIGHT }),
    startRedisSentinel({ password: RIGHT, sentinels: 1, sentinelPassword: RIGHT }),
  ])
  after(() => Promise.all([server.stop(), cluster.stop(), sentinel.stop()]))
  const { sentinels, masterName: sentinelMaster } = sentinel
  const sentinelPassword = RIGHT
  const urlOf = ({ host, port }: { host: string; port: number }) => `redis://${host}:${port}`

  test('a wrong password for a cluster is refused at once', () =>
    refuses(
      { cluster: cluster.nodes, password: WRONG },
      'ENGINE_ACCESS_DENIED',
      'REDIS_CLUSTER',
      'WRONGPASS',
    ))
  test('a wrong password behind sentinels is refused at once', () =>
    refuses(
      { sentinels, sentinelPassword, sentinelMaster, password: WRONG },
      'ENGINE_ACCESS_DENIED',
      'REDIS_SENTINELS',
      'WRONGPASS',
    ))
  test('a missing or wrong password for the sentinels themselves is refused at once', async () => {
    const server = { sentinels, sentinelMaster, password: RIGHT }
    await refuses(server, 'ENGINE_ACCESS_DENIED', 'REDIS_SENTINEL_PASSWORD', 'NOAUTH')
    await refuses({ ...server, sentinelPassword: WRONG }, 'ENGINE_ACCESS_DENIED', 'REDIS_SENTINEL_PASSWORD')
  })
  test('a cluster under REDIS_URL is refused', () =>
    refuses({ url: urlOf(cluster.nodes[0]!), password: RIGHT }, 'ENGINE_UNSUPPORTED', 'Set REDIS_CLUSTER'))
  test('a sentinel under REDIS_URL is refused', () =>
    refuses({ url: urlOf(sentinels[0]!), password: RIGHT }, 'ENGINE_UNSUPPORTED', 'Set REDIS_SENTINELS'))
  test('a single server under REDIS_CLUSTER is refused', () =>
    refuses({ cluster: [server] }, 'ENGINE_UNSUPPORTED', 'Set REDIS_URL'))
  test('a single server under REDIS_SENTINELS is refused', () =>
    refuses({ sentinels: [server], sentinelMaster }, 'ENGINE_UNSUPPORTED', 'REDIS_SENTINELS'))
  test('a master that no sentinel knows is refused', () =>
    refuses(
      { sentinels, sentinelPassword, sentinelMaster: 'other', password: RIGHT },
      'ENGINE_UNSUPPORTED',
      'REDIS_SENTINEL_MASTER',
    ))
  test('a replica under REDIS_URL is refused', () =>
    refuses(
      { url: urlOf(sentinel.servers[1]!), password: RIGHT, openTimeoutMs: 300 },
      'ENGINE_UNREACHABLE',
      'is a replica',
      'REDIS_SENTINELS',
    ))
})

describe('TLS', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'redis-tls-'))
  const { server: identity, readPem } = await createCertificates(directory)
  const [plain, secure, strict] = await Promise.all([
    startRedisServer(),
    startRedisServer({ tls: identity }),
    startRedisServer({ tls: { ...identity, requireClient: true } }),
  ])
  const { ca } = await readPem(identity)
  after(async () => {
    await Promise.all([plain.stop(), secure.stop(), strict.stop()])
    await rm(directory, { recursive: true, force: true })
  })

  test('a certificate of an unknown authority is refused', () =>
    refuses({ url: secure.url }, 'ENGINE_ACCESS_DENIED', 'REDIS_TLS_CA'))
  test('a server that wants a certificate of the client is named', () =>
    refuses({ url: strict.url, tls: { ca } }, 'ENGINE_ACCESS_DENIED', 'REDIS_TLS_CERT'))
  test('TLS towards a plain server is refused', () =>
    refuses(
      { url: plain.url, tls: { ca }, openTimeoutMs: 300 },
      /* it hangs up */ 'ENGINE_UNREACHABLE',
      'REDIS_URL',
    ))
  test('plain text towards a TLS server is refused', () =>
    refuses(
      { url: secure.url.replace('rediss', 'redis'), openTimeoutMs: 300 },
      'ENGINE_UNREACHABLE',
      'REDIS_URL',
    ))
})

describe('no Redis', () => {
  const servers: { stop(): void }[] = []
  after(() => servers.forEach(server => server.stop()))
  const listen = async (server: Server) => {
    const sockets = new Set<Socket>()
    server.on('connection', socket => sockets.add(socket.on('error', () => {})))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push({
      stop() {
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    })
    return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('a web server is refused at once', async () => {
    const url = await listen(createHttpServer((_request, response) => response.end('hello')))
    await refuses({ url }, 'ENGINE_UNSUPPORTED', 'is no Redis', 'REDIS_URL')
  })
  test('a server that never answers is given up', async () => {
    const url = await listen(createServer())
    await refuses({ url, openTimeoutMs: 1500 }, 'ENGINE_UNREACHABLE', 'did not answer in time')
  })
  test('a version before 6.2 is refused at once, and what it repeats is kept secret', async () => {
    const url = await listen(createServer(answerAsRedis5))
    await refuses({ url, password: RIGHT }, 'ENGINE_UNSUPPORTED', 'before 6.2', 'Upgrade')
  })
  test('a port where nobody listens is retried, then reported', async () => {
    const port = await freePort()
    const begun = performance.now()
    await refuses(
      { url: `redis://localhost:${port}`, openTimeoutMs: 800 },
      'ENGINE_UNREACHABLE',
      'ECONNREFUSED',
      `localhost:${port}`,
    )
    assert.ok(performance.now() - begun > 200)
  })
  test('so are a host that does not exist, sentinels and a cluster', async () => {
    const nobody = [{ host: '127.0.0.1', port: await freePort() }]
    await refuses(
      { url: 'redis://nobody.invalid', openTimeoutMs: 300 },
      'ENGINE_UNREACHABLE',
      'nobody.invalid',
      /ENOTFOUND|EAI_AGAIN/,
    )
    await refuses(
      { sentinels: nobody, sentinelMaster: 'main', openTimeoutMs: 300 },
      'ENGINE_UNREACHABLE',
      'REDIS_SENTINELS',
      'no sentinel',
    )
    await refuses({ cluster: nobody, openTimeoutMs: 300 }, 'ENGINE_UNREACHABLE', 'REDIS_CLUSTER', 'refused')
  })
  test('a server that starts later is waited for', async () => {
    const port = await freePort()
    const opening = openRedisCache({ url: `redis://127.0.0.1:${port}` })
    await sleep(600)
    await using _server = await startRedisServer({ port })
    await using cache = await opening
    await cache.set('key', Uint8Array.of(1))
  })
})

/** As a Redis 5 does: it repeats the arguments of commands that it does not know. */
const answerAsRedis5 = (socket: Socket): void => {
  socket.on('data', data => {
    for (const command of data.toString().split('*').slice(1)) {
      const [name = '', ...args] = command.split('\r\n').filter((_, index) => index > 0 && index % 2 === 0)
      const list = args.map(arg => `\`${arg}\`, `).join('')
      if (/^hello$/i.test(name)) {
        socket.write(`-ERR unknown command \`${name}\`, with args beginning with: ${list}\r\n`)
      } else if (name === 'info') socket.write('$9\r\nloading:0\r\n')
      else socket.write('+OK\r\n')
    }
  })
}
