import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWaker } from './waker.ts'

test('a wake that comes before the sleep is not lost, and counts once', async () => {
  const waker = createWaker()
  waker.wake()
  waker.wake()
  await waker.sleep()

  let slept = false
  const sleeping = waker.sleep().then(() => {
    slept = true
  })
  await new Promise(setImmediate)
  assert.equal(slept, false)
  waker.wake()
  await sleeping
})
