import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PortError } from '#ports/port-error.ts'
import { createOutageWatch } from './outage-watch.ts'

const failure = (text: string) => new PortError('ENGINE_UNREACHABLE', text)

const watched = () => {
  let time = 0
  const notices: string[] = []
  const watch = createOutageWatch({
    label: 'Redis at a:1',
    settleMs: 500,
    onNotice: (level, message) => notices.push(`${level} ${message}`),
    now: () => time,
  })
  return { watch, notices, pass: (ms: number) => (time += ms) }
}

test('an outage is told once, with its first reason, and its end once', () => {
  const { watch, notices, pass } = watched()
  watch.recovered()
  watch.failed(failure('First.'))
  watch.failed(failure('Second.'))
  pass(2000)
  watch.recovered()
  watch.recovered()
  assert.deepEqual(notices, [
    'warn First. Going on without the cache, and trying again.',
    'info Redis at a:1 is back after 2.0 s.',
  ])
  watch.failed(failure('Third.'))
  assert.equal(notices.length, 3)
})

test('an outage is not over while failures still come', () => {
  const { watch, notices, pass } = watched()
  watch.failed(failure('First.'))
  for (let round = 0; round < 5; round += 1) {
    pass(400)
    watch.recovered()
    watch.failed(failure('Again.'))
  }
  assert.equal(notices.length, 1)
  assert.equal(watch.reason?.message, 'First.')
  pass(500)
  watch.recovered()
  assert.equal(watch.reason, null)
  assert.equal(notices.length, 2)
})
