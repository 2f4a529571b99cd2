import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStream } from './stream.ts'

test('values wait in order for a reader and are numbered', async () => {
  const stream = createStream<number>({ onEnd() {} })
  for (const value of [1, 2, 3]) stream.push(value)
  const messages = stream.messages()
  for (const value of [1, 2, 3]) {
    assert.deepEqual((await messages.next()).value, { value, seq: value, dropped: 0 })
  }
})

test('with a rate limit the newest value wins and the others are counted', async () => {
  const stream = createStream<number>({ maxPerSecond: 20, onEnd() {} })
  const messages = stream.messages()
  stream.push(0)
  assert.deepEqual((await messages.next()).value, { value: 0, seq: 1, dropped: 0 })
  for (let i = 1; i <= 10; i++) stream.push(i)
  assert.deepEqual((await messages.next()).value, { value: 10, seq: 2, dropped: 9 })
})

test('a reader that never reads costs bounded memory, and is told what it missed', async () => {
  const stream = createStream<number>({ onEnd() {} })
  for (let i = 0; i < 20_000; i++) stream.push(i)
  const { value } = await stream.messages().next()
  assert.equal(value.value, value.dropped)
  assert.ok(value.dropped > 0)
})

test('ending runs the disposer once, however often and however it ends', async () => {
  let ended = 0
  const controller = new AbortController()
  const stream = createStream<number>({ signal: controller.signal, onEnd: () => ended++ })
  const messages = stream.messages()
  const waiting = messages.next()
  controller.abort()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  stream.end()
  await messages.return?.()
  assert.equal(ended, 1)
  assert.equal(stream.push(1), false)
})

test('an error reaches the reader', async () => {
  const stream = createStream<number>({ onEnd() {} })
  stream.end(new Error('gone'))
  await assert.rejects(stream.messages().next(), /gone/)
})

test('a signal that was aborted before ends the stream without a value', async () => {
  let ended = 0
  const stream = createStream<number>({ signal: AbortSignal.abort(), onEnd: () => ended++ })
  assert.equal((await stream.messages().next()).done, true)
  assert.equal(ended, 1)
})
