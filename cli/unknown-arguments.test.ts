import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unknownArguments } from './unknown-arguments.ts'

const known = { port: true, producers: false, option: true }

test('options that are known pass, with their values in either form', () => {
  const given = ['--port', '1', '--port=2', '--no-producers', '--option', '--x=1']
  assert.deepEqual(unknownArguments(given, known), [])
})

test('all others are one problem that names what there is', () => {
  const given = ['--prot', '5', '--port', '1', 'stray', '-p', '--=', '--constructor', '--option=a=b']
  assert.deepEqual(unknownArguments(given, known), [
    '--prot 5 stray -p --= --constructor given, some of --port, --producers, --option wanted.',
  ])
})
