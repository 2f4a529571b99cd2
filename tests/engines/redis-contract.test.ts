import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import { type RedisOptions, openRedisCache } from '#adapters/cache/redis.ts'
import { createCertificates } from '#engines/certificates.ts'
import { startRedisCluster } from '#engines/redis-cluster.ts'
import { startRedisSentinel } from '#engines/redis-sentinel.ts'
import { startRedisServer } from '#engines/redis-server.ts'
import { cacheContract } from '#ports/cache.contract.ts'

const PASSWORD = 'p@ss:w/rd'

/** Each test has a prefix of its own: it shares the server with the others, and nothing else. */
const contractOf = (name: string, start: (stack: AsyncDisposableStack) => Promise<RedisOptions>): void => {
  describe(name, () => {
    const stack = new AsyncDisposableStack()
    let options: RedisOptions
    let opened = 0
    before(async () => {
      options = await start(stack)
    })
    after(() => stack.disposeAsync())
    cacheContract({ name, open: () => openRedisCache({ ...options, keyPrefix: `test ${(opened += 1)}:` }) })
  })
}

contractOf('Redis', async stack => {
  const server = stack.use(await startRedisServer())
  return { url: `${server.url}/3` }
})

contractOf('Redis with TLS, client certificates and an ACL user', async stack => {
  const directory = await mkdtemp(join(tmpdir(), 'redis-tls-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const certificates = await createCertificates(directory)
  const rights = [
    '~test*',
    '&test*',
    '+@read',
    '+@write',
    '+@scripting',
    '+@pubsub',
    '+@connection',
    '+info',
    '+time',
  ]
  const user = `coelho on >${PASSWORD} ${rights.join(' ')}`
  const tls = { ...certificates.server, requireClient: true }
  const server = stack.use(await startRedisServer({ tls, args: ['--user', ...user.split(' ')] }))
  const pem = await certificates.readPem(certificates.client)
  return { url: server.url, username: 'coelho', password: PASSWORD, tls: pem }
})

contractOf('Redis through sentinels', async stack => {
  const { sentinels, masterName } = stack.use(await startRedisSentinel({ password: PASSWORD }))
  return { sentinels, sentinelMaster: masterName, password: PASSWORD }
})

contractOf('Redis Cluster', async stack => {
  const { nodes } = stack.use(await startRedisCluster({ password: PASSWORD }))
  return { cluster: nodes.slice(1, 2), password: PASSWORD }
})
