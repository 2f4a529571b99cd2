import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, type Flags, readConfig } from '#config.ts'

const problemsOf = (flags: Flags, environment: NodeJS.ProcessEnv = {}) => {
  try {
    readConfig(flags, environment)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

test('without flags and environment the defaults hold, and nothing counts as given', () => {
  const config = readConfig({}, {})
  assert.equal(config.port, 4000)
  assert.equal(config.portIsExplicit, false)
  assert.equal(config.dataDir, resolve('.data'))
  assert.equal(config.rate, 20)
  assert.equal(config.mode, 'realistic')
  assert.equal(config.given.size, 0)
  assert.ok(Object.isFrozen(config))
})

test('flags win over the environment, which wins over defaults', () => {
  assert.equal(readConfig({}, { PORT: '5000' }).port, 5000)
  assert.equal(readConfig({ port: '6000' }, { PORT: '5000' }).port, 6000)
  assert.equal(readConfig({}, { DATA_DIR: 'there' }).dataDir, resolve('there'))
  assert.equal(readConfig({ port: '0' }, {}).portIsExplicit, true)
})

test('options are KEY=VALUE, and a value may hold an equals sign', () => {
  assert.deepEqual(readConfig({ option: ['a=1', 'b=c=d'] }, {}).options, { a: '1', b: 'c=d' })
})

test('an ephemeral run has no data directory', () => {
  assert.equal(readConfig({ ephemeral: true }, {}).dataDir, null)
  assert.match(problemsOf({ ephemeral: true, 'data-dir': 'x' })[0] ?? '', /exclude each other/)
})

test('every problem is told at once, with what was given and what was wanted', () => {
  const problems = problemsOf({
    port: '99999',
    host: '0.0.0.0',
    mode: 'fast',
    rate: '-1',
    'label-speed': 'x',
    option: ['novalue'],
    'data-dir': '',
  })
  assert.equal(problems.length, 7)
  assert.ok(problems.some(problem => /--port: "99999" given, a port/.test(problem)))
  assert.ok(problems.some(problem => /0\.0\.0\.0.*ACCESS_TOKEN/.test(problem)))
})

test('max is a rate, and no number that is not one', () => {
  assert.equal(readConfig({ rate: 'max' }, {}).rate, 'max')
  for (const rate of ['', ' ', 'NaN', 'Infinity', '0', '1e9'])
    assert.equal(problemsOf({ rate }).length, 1, rate)
})

test('bounds of the sink and of SQL come from the environment, and so does the place of the lake', () => {
  const { engines, sink, sql } = readConfig({}, {})
  assert.deepEqual([engines, sink, sql], [{}, {}, {}])
  const given = readConfig(
    {},
    {
      LAKE_URI: '/lake',
      SINK_MAX_ROWS: '10',
      SINK_MAX_BYTES: '2048',
      SQL_THREADS: '2',
      SQL_CONCURRENCY: '3',
    },
  )
  assert.deepEqual(given.engines, { lake: { directory: '/lake' } })
  assert.deepEqual(given.sink, { rows: 10, bytes: 2048 })
  assert.deepEqual(given.sql, { threads: 2, concurrency: 3 })
})
