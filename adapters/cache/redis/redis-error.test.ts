import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { PortError } from '#ports/port-error.ts'
import { redisError } from './redis-error.ts'
import { redisTarget } from './redis-target.ts'

const SECRET = 'hidden-word'
const target = redisTarget({ url: 'redis://cache.example:7000', username: 'me', password: SECRET })

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' })

const CASES: readonly [Error, PortError['code'], ...string[]][] = [
  [reply('WRONGPASS invalid username-password pair'), 'ENGINE_ACCESS_DENIED', 'REDIS_PASSWORD'],
  [reply('NOAUTH Authentication required.'), 'ENGINE_ACCESS_DENIED', 'REDIS_PASSWORD'],
  [
    reply("NOPERM User me has no permissions to run the 'set' command"),
    'ENGINE_ACCESS_DENIED',
    'user me',
    '+@write',
  ],
  [reply("READONLY You can't write against a read only replica."), 'ENGINE_UNREACHABLE', 'REDIS_SENTINELS'],
  [
    reply("OOM command not allowed when used memory > 'maxmemory'."),
    'ENGINE_UNREACHABLE',
    'maxmemory-policy',
  ],
  [reply('LOADING Redis is loading the dataset in memory'), 'ENGINE_UNREACHABLE', 'at the moment'],
  [
    reply('WRONGTYPE Operation against a key holding the wrong kind of value'),
    'ENGINE_UNSUPPORTED',
    'REDIS_KEY_PREFIX',
  ],
  [reply('MOVED 866 127.0.0.1:1'), 'ENGINE_UNSUPPORTED', 'REDIS_CLUSTER'],
  [reply('ERR something new'), 'ENGINE_UNSUPPORTED', 'something new', 'REDIS_URL'],
  [new Error('Unknown RESP type 72 "H". Please report this.'), 'ENGINE_UNSUPPORTED', 'is no Redis'],
  [
    Object.assign(new Error('write EPROTO wrong version number'), { code: 'EPROTO' }),
    'ENGINE_UNSUPPORTED',
    'TLS',
  ],
  [
    Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'ENGINE_ACCESS_DENIED',
    'REDIS_TLS_CA',
  ],
  [new AggregateError([new Error('connect ECONNREFUSED ::1:1')]), 'ENGINE_UNREACHABLE', 'ECONNREFUSED ::1:1'],
  [new Error('Command timed out'), 'ENGINE_UNREACHABLE', 'did not answer in time'],
]

for (const [error, code, ...parts] of CASES) {
  test(`${error.message || 'several refused addresses'} is ${code}`, () => {
    const { message, ...explained } = redisError(error, target)
    assert.equal(explained.code, code, message)
    for (const part of ['cache.example:7000', ...parts]) assert.ok(message.includes(part), message)
    assert.deepEqual(explained.details, { setting: 'REDIS_URL', host: 'cache.example:7000' })
    assert.match(message, /[^.]\.$/)
  })
}

test('no secret of a command or a reply is passed on', () => {
  const error = Object.assign(
    reply(`ERR unknown command \`hello\`, with args beginning with: \`3\`, \`${SECRET}\``),
    {
      command: { name: 'hello', args: ['3', 'AUTH', 'me', SECRET] },
    },
  )
  assert.ok(!inspect(redisError(error, target), { depth: 9, showHidden: true }).includes(SECRET))
  assert.ok(!redisError(new Error(`odd ${SECRET}`), target).message.includes(SECRET))
})

test('an error of the port stays what it is', () => {
  const error = new PortError('ENGINE_UNSUPPORTED', 'Old.')
  assert.equal(redisError(error, target), error)
})
