import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEmitter } from '../emitter.ts'
import type { SessionEvents, Sessions } from '../session/sessions-api.ts'
import type { SessionView } from '../session/session-view.ts'
import { openSessionStream } from './session-stream.ts'

test('the last progress of a session arrives, however soon it follows the one before', {
  timeout: 5000,
}, async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const events = createEmitter<SessionEvents>()
  const view = { record: { useCase: 'TFD' }, progress: { sequence: 0 } } as unknown as SessionView
  const sessions = { events, current: () => view } as unknown as Sessions
  const stream = openSessionStream({ useCase: 'TFD', sessions })
  const next = async () => ((await stream.next()).value as { value: SessionView }).value.progress?.sequence
  const advance = (sequence: number) => {
    view.progress = { ...view.progress, sequence } as SessionView['progress']
    events.emit('progress', view)
  }
  assert.equal(await next(), 0)
  advance(1)
  assert.equal(await next(), 1)
  advance(2)
  advance(3)
  const pending = next()
  t.mock.timers.tick(1000)
  assert.equal(await pending, 3)
  await stream.return?.()
})
