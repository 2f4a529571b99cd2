import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTimeQueue } from './time-queue.ts'

test('items leave by time, and in the order of arrival among equals', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), times => {
      const queue = createTimeQueue<number>()
      times.forEach((timeMs, index) => queue.push(timeMs, index))
      const wanted = times.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
      assert.equal(queue.size, times.length)
      for (const index of wanted) {
        assert.equal(queue.nextMs(), times[index])
        assert.equal(queue.pop(), index)
      }
      assert.equal(queue.nextMs(), Infinity)
      assert.equal(queue.pop(), undefined)
    }),
  )
})

test('items that come while others leave find their place', () => {
  const queue = createTimeQueue<string>()
  queue.push(5, 'e')
  queue.push(1, 'a')
  assert.equal(queue.pop(), 'a')
  queue.push(3, 'c')
  queue.push(7, 'g')
  assert.deepEqual([queue.pop(), queue.pop(), queue.pop()], ['c', 'e', 'g'])
})
