import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleArguments } from './role-arguments.ts'

const known = {
  port: { type: 'string' },
  seed: { type: 'string' },
  rate: { type: 'string' },
  json: { type: 'boolean' },
}

test('the role comes first, then the options that it knows', () => {
  assert.deepEqual(roleArguments(['producers', '--rate', '5', '--json'], known), {
    name: 'producers',
    problems: [],
  })
  assert.deepEqual(roleArguments(['gateway', '--port=1'], known), { name: 'gateway', problems: [] })
})

test('options of other roles are problems', () => {
  assert.deepEqual(roleArguments(['gateway', '--rate', '5'], known).problems, [
    '--rate 5 given, some of --port, --json wanted.',
  ])
  assert.equal(roleArguments(['incremental', '--seed', '5', '--rate', '5'], known).problems.length, 1)
})

test('without a role there is only that to tell', () => {
  assert.deepEqual(roleArguments([], known), { name: undefined, problems: [] })
  assert.deepEqual(roleArguments(['--rate', '5'], known), { name: undefined, problems: [] })
  assert.deepEqual(roleArguments(['learner', '--rate', '5'], known), { name: 'learner', problems: [] })
})
