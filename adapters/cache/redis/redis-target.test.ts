import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redisTarget } from './redis-target.ts'

const NODES = [
  { host: 'a', port: 1 },
  { host: '::1', port: 2 },
]

test('a URL gives host, port, database, user and password', () => {
  const target = redisTarget({ url: 'redis://me:p%40ss@cache.example:7000/5' })
  assert.deepEqual(target.addresses, [{ host: 'cache.example', port: 7000 }])
  assert.deepEqual(
    [target.username, target.password, target.database, target.tls],
    ['me', 'p@ss', 5, undefined],
  )
  assert.equal(target.label, 'Redis at cache.example:7000 (REDIS_URL)')
})

test('a URL without them gives port 6379, database 0, and nobody', () => {
  const target = redisTarget({ url: 'redis://localhost', username: '', password: '' })
  assert.deepEqual(target.addresses, [{ host: 'localhost', port: 6379 }])
  assert.deepEqual([target.username, target.password, target.database], [undefined, undefined, 0])
})

test('options win over the URL, and rediss asks for TLS', () => {
  const target = redisTarget({ url: 'rediss://me:one@[::1]:1', username: 'you', password: 'two' })
  assert.deepEqual(target.addresses, [{ host: '::1', port: 1 }])
  assert.deepEqual([target.username, target.password, target.tls], ['you', 'two', {}])
  assert.equal(target.label, 'Redis at [::1]:1 (REDIS_URL)')
  assert.deepEqual(redisTarget({ url: 'rediss://a', tls: { ca: 'x' } }).tls, { ca: 'x' })
})

test('sentinels and clusters keep their addresses', () => {
  const sentinel = redisTarget({ sentinels: NODES, sentinelMaster: 'main' })
  assert.deepEqual(
    [sentinel.kind, sentinel.master, sentinel.setting],
    ['sentinel', 'main', 'REDIS_SENTINELS'],
  )
  assert.equal(sentinel.label, 'Redis master "main" of the sentinels a:1, [::1]:2 (REDIS_SENTINELS)')
  assert.equal(redisTarget({ cluster: NODES }).label, 'Redis Cluster at a:1, [::1]:2 (REDIS_CLUSTER)')
})

test('refuses none, several, and sentinels without a master', () => {
  for (const options of [{}, { url: 'redis://a', cluster: NODES }, { sentinels: [], cluster: [] }]) {
    assert.throws(() => redisTarget(options), {
      code: 'INVALID_ARGUMENT',
      message: /REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER/,
    })
  }
  assert.throws(() => redisTarget({ sentinels: NODES }), {
    code: 'INVALID_ARGUMENT',
    message: /REDIS_SENTINEL_MASTER/,
  })
})

test('refuses what is no address of a Redis, without repeating it', () => {
  for (const url of [
    '',
    'secret',
    'http://secret:1',
    'redis://',
    'redis://a/secret',
    'redis://secret:70000',
  ]) {
    assert.throws(
      () => redisTarget({ url }),
      (error: Error & { code: string }) =>
        error.code === 'INVALID_ARGUMENT' && !error.message.includes('secret'),
      url,
    )
  }
})
