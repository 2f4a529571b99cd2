import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { type ClusterFlags, readClusterConfig } from './cluster-config.ts'
import { ConfigError } from './config-error.ts'

function problemsOf(flags: ClusterFlags): readonly string[] {
  try {
    readClusterConfig(flags)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

test('a cluster is one process of each role by default', () => {
  const config = readClusterConfig({})
  const { port, dataDir, incremental, gateways, producers } = config
  assert.deepEqual([port, incremental, gateways, producers], [4000, 1, 1, 1])
  assert.equal(dataDir, resolve('.data/cluster'))
  assert.deepEqual([config.producerArgs, config.incrementalArgs], [[], []])
})

test('flags of the generators are passed on to those who take them', () => {
  const flags = { rate: '50', seed: 'seven', option: ['a=1', 'b=2'], producers: false, ephemeral: true }
  const { producerArgs, incrementalArgs, producers, dataDir } = readClusterConfig(flags)
  assert.deepEqual(producerArgs, ['--rate', '50', '--seed', 'seven', '--option', 'a=1', '--option', 'b=2'])
  assert.deepEqual(incrementalArgs, ['--seed', 'seven'])
  assert.deepEqual([producers, dataDir], [0, null])
})

test('all that is wrong is told at once', () => {
  const problems = problemsOf({
    incremental: '0',
    gateways: '17',
    rate: '-1',
    port: 'x',
    ephemeral: true,
    'data-dir': 'there',
  })
  assert.equal(problems.length, 5, problems.join('\n'))
})
