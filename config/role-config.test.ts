import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from './config-error.ts'
import { readRoleConfig, type RoleFlags } from './role-config.ts'

const SECRET = 's'.repeat(32)
const ENGINES = {
  KAFKA_BROKERS: 'kafka:9092',
  REDIS_URL: 'redis://redis',
  MLFLOW_TRACKING_URI: 'http://mlflow:5000',
}
const LAKE = { LAKE_URI: 's3://tables/lake' }
const URLS = {
  INCREMENTAL_URL: 'http://one:1,http://two:2/other',
  OBSERVABILITY_URL: 'http://three:3',
  SQL_URL: 'http://four:4',
  BATCH_URL: 'http://five:5',
}

function problemsOf(role: string | undefined, environment: NodeJS.ProcessEnv, flags: RoleFlags = {}) {
  try {
    readRoleConfig(role, flags, environment)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

test('a role needs a name out of the list', () => {
  for (const name of [undefined, 'learner', 'constructor'])
    assert.match(
      problemsOf(name, ENGINES).join(),
      /, one of gateway, incremental, observability, producers, sink, sql, batch wanted\.$/,
    )
})

test('an incremental process takes all engines and a name of its own', () => {
  const one = readRoleConfig('incremental', {}, { ...ENGINES, SUBGRAPH_SECRET: SECRET })
  const two = readRoleConfig('incremental', {}, { ...ENGINES, SUBGRAPH_SECRET: SECRET })
  assert.deepEqual(Object.keys(one.engines), ['kafka', 'redis', 'mlflow'])
  assert.deepEqual(one.subgraphs.secrets, [SECRET])
  assert.notEqual(one.instance, two.instance)
  assert.equal(one.dataDir, null)
  assert.ok(Object.isFrozen(one))
})

test('a role is given only the engines that it uses', () => {
  assert.deepEqual(Object.keys(readRoleConfig('producers', {}, ENGINES).engines), ['kafka', 'redis'])
  assert.deepEqual(Object.keys(readRoleConfig('gateway', {}, { ...ENGINES, ...URLS }).engines), ['redis'])
})

test('without its engines a role says which are missing and why, all at once', () => {
  const problems = problemsOf('incremental', {})
  assert.equal(problems.length, 3)
  assert.match(problems[0] ?? '', /^Roles as separate processes need KAFKA_BROKERS: the embedded log belongs/)
  assert.match(problems[1] ?? '', /REDIS_URL/)
  assert.match(problems[2] ?? '', /MLFLOW_TRACKING_URI/)
  assert.deepEqual(problemsOf('producers', { ...ENGINES, MLFLOW_TRACKING_URI: '' }), [])
  assert.deepEqual(problemsOf('producers', { KAFKA_BROKERS: 'k', REDIS_CLUSTER: 'r' }), [])
})

test('roles share a lake that is named, since the embedded one belongs to one process', () => {
  for (const role of ['sink', 'sql']) {
    const [problem = '', ...others] = problemsOf(role, ENGINES)
    assert.match(
      problem,
      /^Roles as separate processes need LAKE_URI: the embedded lake belongs to one process/,
    )
    assert.deepEqual(others, [])
    const { engines } = readRoleConfig(role, {}, { ...ENGINES, ...LAKE })
    assert.deepEqual(Object.keys(engines), ['kafka', 'redis', 'lake'])
  }
  const { engines } = readRoleConfig('incremental', {}, { ...ENGINES, ...LAKE })
  assert.deepEqual(engines.lake, { bucket: 'tables', prefix: 'lake' })
})

test('sink and SQL have bounds of their own', () => {
  const environment = {
    ...ENGINES,
    ...LAKE,
    SINK_MAX_SECONDS: '10',
    SQL_MEMORY_MB: '2048',
    SQL_TIMEOUT_MS: '500',
  }
  assert.deepEqual(readRoleConfig('sink', {}, environment).sink, { seconds: 10 })
  assert.deepEqual(readRoleConfig('sql', {}, environment).sql, { memoryMb: 2048, timeoutMs: 500 })
  const wrong = { SINK_MAX_ROWS: '0', SINK_MAX_BYTES: 'x', SQL_THREADS: '1.5', SQL_CONCURRENCY: '-1' }
  assert.equal(problemsOf('sql', { ...ENGINES, ...LAKE, ...wrong }).length, 4)
})

test('batch training has bounds and an engine of its own', () => {
  const environment = { ...ENGINES, ...LAKE }
  const defaults = { concurrency: 1, threads: 2, engine: null, python: 'python3' }
  assert.deepEqual(readRoleConfig('batch', {}, environment).batch, defaults)
  const given = { BATCH_CONCURRENCY: '2', BATCH_MEMORY_MB: '512', BATCH_ENGINE: 'catboost' }
  assert.deepEqual(readRoleConfig('batch', {}, { ...environment, ...given }).batch, {
    ...defaults,
    concurrency: 2,
    memoryMb: 512,
    engine: 'catboost',
  })
  const wrong = { BATCH_THREADS: '0', BATCH_ENGINE: 'other', BATCH_CONCURRENCY: 'x' }
  assert.equal(problemsOf('batch', { ...environment, ...wrong }).length, 3)
})

test('one that is set and wrong is told once', () => {
  assert.equal(problemsOf('producers', { ...ENGINES, REDIS_URL: 'http://x' }).length, 1)
})

describe('a gateway', () => {
  test('takes several addresses of a subgraph, with or without a path', () => {
    assert.deepEqual(readRoleConfig('gateway', {}, URLS).urls, {
      incremental: ['http://one:1/graphql', 'http://two:2/other'],
      observability: ['http://three:3/graphql'],
      sql: ['http://four:4/graphql'],
      batch: ['http://five:5/graphql'],
    })
  })

  test('needs an address of each subgraph', () => {
    const problems = problemsOf('gateway', { INCREMENTAL_URL: 'one:1' })
    assert.match(problems[0] ?? '', /^INCREMENTAL_URL: "one:1" given, a URL such as http:\/\/host/)
    assert.match(problems[1] ?? '', /^A gateway needs OBSERVABILITY_URL/)
    assert.match(problems[2] ?? '', /^A gateway needs SQL_URL/)
    assert.match(problems[3] ?? '', /^A gateway needs BATCH_URL/)
    assert.equal(problems.length, 4)
  })

  test('serves other machines only with a token', () => {
    const problems = problemsOf('gateway', { ...URLS, SUBGRAPH_SECRET: SECRET }, { host: '0.0.0.0' })
    assert.match(problems.join(), /^--host: "0\.0\.0\.0" given without ACCESS_TOKEN; whoever reaches/)
    const token = 'a'.repeat(32)
    const environment = { ...URLS, SUBGRAPH_SECRET: SECRET, ACCESS_TOKEN: token }
    assert.deepEqual(problemsOf('gateway', environment, { host: '0.0.0.0' }), [])
    const { access, isExposed, probePort } = readRoleConfig('gateway', { host: '0.0.0.0' }, environment)
    assert.deepEqual([access.tokens, isExposed, probePort], [[token], true, 5000])
    assert.match(
      problemsOf('gateway', { ...environment, ACCESS_TOKEN: 'short' }, { host: '0.0.0.0' }).join(),
      /^ACCESS_TOKEN: 5 characters given, at least 32 wanted/,
    )
  })
})

describe('a subgraph', () => {
  test('serves other machines only with a secret or certificates', () => {
    const host = '0.0.0.0'
    assert.match(
      problemsOf('incremental', ENGINES, { host }).join(),
      /"0\.0\.0\.0" given without SUBGRAPH_SECRET/,
    )
    assert.deepEqual(problemsOf('incremental', { ...ENGINES, SUBGRAPH_SECRET: SECRET }, { host }), [])
  })

  test('takes no short secret, and does not show it', () => {
    const problems = problemsOf('observability', { ...ENGINES, SUBGRAPH_SECRET: 'too short' })
    assert.match(problems.join(), /^SUBGRAPH_SECRET: 9 characters given, at least 32 wanted/)
    assert.ok(!problems.join().includes('too short'))
  })

  test('knows the secret before while it is being changed', () => {
    const previous = 'p'.repeat(32)
    const environment = { ...ENGINES, SUBGRAPH_SECRET: SECRET, SUBGRAPH_SECRET_PREVIOUS: previous }
    assert.deepEqual(readRoleConfig('incremental', {}, environment).subgraphs.secrets, [SECRET, previous])
    assert.match(
      problemsOf('incremental', { ...ENGINES, SUBGRAPH_SECRET_PREVIOUS: previous }).join(),
      /without SUBGRAPH_SECRET;/,
    )
  })

  test('wants certificate, key and authority together, and files that are there', () => {
    const problems = problemsOf('incremental', { ...ENGINES, SUBGRAPH_TLS_CERT: 'nowhere' })
    assert.equal(problems.length, 3, problems.join('\n'))
    assert.match(problems[0] ?? '', /^SUBGRAPH_TLS_CERT: nowhere given, which can't be read \(ENOENT\)/)
    assert.match(problems[1] ?? '', /without SUBGRAPH_TLS_KEY/)
    assert.match(problems[2] ?? '', /without SUBGRAPH_TLS_CA/)
  })
})

test('flags are checked with everything else', () => {
  const flags = { port: 'x', rate: '0', 'log-format': 'xml', problems: ['--odd given.'] }
  const problems = problemsOf('producers', { KAFKA_BROKERS: 'k' }, flags)
  assert.equal(problems.length, 5, problems.join('\n'))
  assert.equal(problems[0], '--odd given.')
})
