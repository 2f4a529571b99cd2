import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { readEngineSettings } from './engine-settings.ts'
import { createEnvironmentReader } from './environment-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function read(environment: NodeJS.ProcessEnv) {
  const problems: string[] = []
  const settings = readEngineSettings(createEnvironmentReader(environment, problems))
  return { settings, problems }
}

function problemsOf(environment: NodeJS.ProcessEnv): string[] {
  const { problems } = read(environment)
  for (const problem of problems) assert.match(problem, /\.$/)
  return problems
}

const KAFKA = { KAFKA_BROKERS: 'one:9092' }

test('nothing set means embedded engines', () => {
  assert.deepEqual(read({ KAFKA_BROKERS: '', REDIS_URL: ' ' }), { settings: {}, problems: [] })
})

describe('Kafka', () => {
  test('takes brokers with or without a port, credentials, files and a prefix', () => {
    const { settings, problems } = read({
      KAFKA_BROKERS: 'one, two:9093,[::1]:9094',
      KAFKA_TLS_CA: file('ca.pem', 'PEM of the authority\n'),
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'ann',
      KAFKA_SASL_PASSWORD_FILE: file('password', 'secret\n'),
      KAFKA_REPLICATION_FACTOR: '3',
      KAFKA_TOPIC_PREFIX: 'staging.',
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(settings.kafka, {
      brokers: ['one:9092', 'two:9093', '[::1]:9094'],
      tls: { ca: 'PEM of the authority\n' },
      sasl: { mechanism: 'scram-sha-512', username: 'ann', password: 'secret' },
      replicationFactor: 3,
      topicPrefix: 'staging.',
    })
    assert.deepEqual(read({ ...KAFKA, KAFKA_TLS: 'true' }).settings.kafka?.tls, {})
    assert.equal(read({ ...KAFKA, KAFKA_TLS: 'false' }).settings.kafka?.tls, undefined)
  })

  for (const [what, environment, problem] of [
    ['settings without brokers', { KAFKA_TLS: 'true' }, /^KAFKA_TLS set without KAFKA_BROKERS/],
    [
      'brokers that are none',
      { KAFKA_BROKERS: 'http://x' },
      /^KAFKA_BROKERS: "http:\/\/x" given, .*host:9092/,
    ],
    ['a port that is none', { KAFKA_BROKERS: 'x:99999' }, /^KAFKA_BROKERS: "x:99999" given/],
    ['half of the credentials', { ...KAFKA, KAFKA_SASL_USERNAME: 'ann' }, /^KAFKA_SASL_USERNAME set alone/],
    [
      'an unknown mechanism',
      {
        ...KAFKA,
        KAFKA_SASL_MECHANISM: 'gssapi',
        KAFKA_SASL_USERNAME: 'ann',
        KAFKA_SASL_PASSWORD: 'p',
      },
      /^KAFKA_SASL_MECHANISM: "gssapi" given, plain or scram-sha-256 or scram-sha-512 wanted/,
    ],
    ['a certificate without its key', { ...KAFKA, KAFKA_TLS_CERT: file('c', 'x') }, /without KAFKA_TLS_KEY/],
    ['a file that is not there', { ...KAFKA, KAFKA_TLS_CA: 'nowhere.pem' }, /nowhere\.pem given, .*ENOENT/],
    ['an empty file', { ...KAFKA, KAFKA_TLS_CA: file('empty', '\n') }, /^KAFKA_TLS_CA: .* is empty/],
    [
      'files although TLS is off',
      { ...KAFKA, KAFKA_TLS: 'no', KAFKA_TLS_CA: file('a', 'x') },
      /^KAFKA_TLS: "false" given although/,
    ],
    ['a flag that is none', { ...KAFKA, KAFKA_TLS: 'maybe' }, /^KAFKA_TLS: "maybe" given, true or false/],
    ['no copies', { ...KAFKA, KAFKA_REPLICATION_FACTOR: '0' }, /^KAFKA_REPLICATION_FACTOR: "0" given/],
    ['a prefix for no topic', { ...KAFKA, KAFKA_TOPIC_PREFIX: 'a/b' }, /^KAFKA_TOPIC_PREFIX: "a\/b" given/],
    [
      'a secret in two places',
      {
        ...KAFKA,
        KAFKA_SASL_MECHANISM: 'plain',
        KAFKA_SASL_USERNAME: 'ann',
        KAFKA_SASL_PASSWORD: 'p',
        KAFKA_SASL_PASSWORD_FILE: file('p', 'p'),
      },
      /KAFKA_SASL_PASSWORD_FILE exclude each other/,
    ],
  ] as const) {
    test(`refuses ${what}`, () => {
      const problems = problemsOf(environment)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] as string, problem)
    })
  }
})

describe('Redis', () => {
  test('takes one server, sentinels, or a cluster', () => {
    assert.deepEqual(read({ REDIS_URL: 'rediss://cache:6380/2' }).settings.redis, {
      url: 'rediss://cache:6380/2',
      tls: {},
    })
    assert.deepEqual(
      read({
        REDIS_SENTINELS: 'a,b:1',
        REDIS_SENTINEL_MASTER: 'main',
        REDIS_PASSWORD: 'p',
        REDIS_KEY_PREFIX: 'x:',
      }).settings.redis,
      {
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 1 },
        ],
        sentinelMaster: 'main',
        password: 'p',
        keyPrefix: 'x:',
      },
    )
    assert.deepEqual(read({ REDIS_CLUSTER: 'a,b' }).settings.redis?.cluster, [
      { host: 'a', port: 6379 },
      { host: 'b', port: 6379 },
    ])
    const url = file('url', 'redis://:hidden@cache:6379\n')
    assert.equal(read({ REDIS_URL_FILE: url }).settings.redis?.url, 'redis://:hidden@cache:6379')
  })

  for (const [what, environment, problem] of [
    [
      'two ways at once',
      { REDIS_URL: 'redis://a', REDIS_CLUSTER: 'a' },
      /^REDIS_URL and REDIS_CLUSTER exclude/,
    ],
    ['settings without a server', { REDIS_PASSWORD: 'p' }, /^REDIS_PASSWORD set without a server/],
    ['sentinels without their master', { REDIS_SENTINELS: 'a' }, /without REDIS_SENTINEL_MASTER/],
    [
      'another protocol',
      { REDIS_URL: 'http://a:1' },
      /^REDIS_URL: a URL of http:\/\/a:1\/ given, redis:\/\//,
    ],
    ['a user without a password', { REDIS_URL: 'redis://a', REDIS_USERNAME: 'u' }, /without REDIS_PASSWORD/],
    [
      'credentials in two places',
      { REDIS_URL: 'redis://:one@a', REDIS_PASSWORD: 'two' },
      /^REDIS_URL carries .* REDIS_PASSWORD/,
    ],
    ['rediss with TLS off', { REDIS_URL: 'rediss://a', REDIS_TLS: '0' }, /^REDIS_TLS: "false" given/],
  ] as const) {
    test(`refuses ${what}`, () => {
      const problems = problemsOf(environment)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] as string, problem)
    })
  }
})

describe('MLflow', () => {
  test('takes an address, with basic credentials or a token', () => {
    assert.deepEqual(
      read({
        MLFLOW_TRACKING_URI: 'http://mlflow:5000/',
        MLFLOW_TRACKING_USERNAME: 'u',
        MLFLOW_TRACKING_PASSWORD: 'p',
      }).settings.mlflow,
      { uri: 'http://mlflow:5000', username: 'u', password: 'p' },
    )
    assert.deepEqual(
      read({ MLFLOW_TRACKING_URI: 'https://mlflow/base', MLFLOW_TRACKING_TOKEN: 't' }).settings.mlflow,
      { uri: 'https://mlflow/base', token: 't' },
    )
  })

  for (const [what, environment, problem] of [
    [
      'a store that is no server',
      { MLFLOW_TRACKING_URI: 'sqlite:///mlflow.db' },
      /^MLFLOW_TRACKING_URI: "sqlite/,
    ],
    ['a token alone', { MLFLOW_TRACKING_TOKEN: 't' }, /^MLFLOW_TRACKING_TOKEN set without/],
    [
      'a user alone',
      { MLFLOW_TRACKING_URI: 'http://a', MLFLOW_TRACKING_USERNAME: 'u' },
      /one is set, both wanted/,
    ],
    ['credentials in the address', { MLFLOW_TRACKING_URI: 'http://u:p@a' }, /_USERNAME and _PASSWORD wanted/],
  ] as const) {
    test(`refuses ${what}`, () => {
      const problems = problemsOf(environment)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] as string, problem)
    })
  }
})

describe('the lake', () => {
  test('is a folder, by path or URL', () => {
    const of = (LAKE_URI: string) => read({ LAKE_URI }).settings.lake
    assert.deepEqual(of('/data/lake'), { directory: '/data/lake' })
    assert.deepEqual(of('file:///data/my%20lake'), { directory: '/data/my lake' })
    assert.deepEqual(of('lake'), { directory: resolve('lake') })
  })

  test('is a prefix in a store, with what its own tools call it', () => {
    assert.deepEqual(read({ LAKE_URI: 's3://tables' }).settings.lake, { bucket: 'tables' })
    const { settings, problems } = read({
      LAKE_URI: 's3://tables/of/ours/',
      AWS_ENDPOINT_URL: 'http://store:7070/',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'ann',
      AWS_SECRET_ACCESS_KEY_FILE: file('aws', 'secret\n'),
      LAKE_CACHE_BYTES: '1073741824',
    })
    assert.deepEqual(problems, [])
    assert.deepEqual(settings.lake, {
      bucket: 'tables',
      prefix: 'of/ours',
      endpoint: 'http://store:7070',
      region: 'eu-central-1',
      accessKeyId: 'ann',
      secretAccessKey: 'secret',
      cacheBytes: 1_073_741_824,
    })
  })

  test('is the embedded one for those who only have a store in their environment', () => {
    assert.deepEqual(read({ AWS_ACCESS_KEY_ID: 'ann', AWS_REGION: 'x' }), { settings: {}, problems: [] })
  })

  for (const [what, environment, problem] of [
    [
      'another protocol',
      { LAKE_URI: 'gs://a/b' },
      /^LAKE_URI: "gs:\/\/a\/b" given, s3:\/\/bucket\/prefix or the path/,
    ],
    ['a bucket that is none', { LAKE_URI: 's3://My_Bucket' }, /^LAKE_URI: "s3:\/\/My_Bucket" given/],
    ['a prefix that leads away', { LAKE_URI: 's3://tables/../other' }, /^LAKE_URI: .* given/],
    ['an empty part', { LAKE_URI: 's3://tables//x' }, /^LAKE_URI: .* given/],
    ['a folder elsewhere', { LAKE_URI: 'file://host/x' }, /^LAKE_URI: "file:\/\/host\/x" given/],
    [
      'half of the credentials',
      { LAKE_URI: 's3://tables', AWS_ACCESS_KEY_ID: 'ann' },
      /^AWS_ACCESS_KEY_ID is set alone/,
    ],
    [
      'a cache without a store',
      { LAKE_URI: '/lake', LAKE_CACHE_BYTES: '2000000' },
      /^LAKE_CACHE_BYTES is set without a store/,
    ],
    [
      'too small a cache',
      { LAKE_URI: 's3://tables', LAKE_CACHE_BYTES: '10' },
      /^LAKE_CACHE_BYTES: "10" given/,
    ],
    [
      'an endpoint that is none',
      { LAKE_URI: 's3://tables', AWS_ENDPOINT_URL: 'store:1' },
      /^AWS_ENDPOINT_URL: "store:1" given/,
    ],
  ] as const) {
    test(`refuses ${what}`, () => {
      const problems = problemsOf(environment)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] as string, problem)
    })
  }
})

test('no problem shows a secret, whatever is wrong beside it', () => {
  const secret = 'hunter2hunter2'
  const told = [
    problemsOf({ KAFKA_BROKERS: `${secret}@x:y`, KAFKA_SASL_PASSWORD: secret }),
    problemsOf({ REDIS_URL: `http://:${secret}@a`, REDIS_PASSWORD: secret }),
    problemsOf({ REDIS_URL: `${secret}` }),
    problemsOf({ REDIS_SENTINELS: `:${secret}@a:b`, REDIS_PASSWORD: secret }),
    problemsOf({ LAKE_URI: `s3://ann:${secret}@tables` }),
    problemsOf({ LAKE_URI: 's3://tables', AWS_ENDPOINT_URL: `http://ann:${secret}@x` }),
    problemsOf({ LAKE_URI: 's3://tables', AWS_SECRET_ACCESS_KEY: secret }),
    problemsOf({ MLFLOW_TRACKING_URI: `ftp://u:${secret}@a`, MLFLOW_TRACKING_TOKEN: secret }),
  ].flat()
  assert.ok(told.length >= 8)
  for (const problem of told) assert.ok(!problem.includes(secret), problem)
})
