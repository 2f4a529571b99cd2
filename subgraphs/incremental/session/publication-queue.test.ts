import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPublicationQueue } from './publication-queue.ts'

/** A queue whose appends end when they are told to. */
function setUp() {
  const appends: { steps: readonly string[]; end: PromiseWithResolvers<void> }[] = []
  const queue = createPublicationQueue<string>(steps => {
    const end = Promise.withResolvers<void>()
    appends.push({ steps, end })
    return end.promise
  })
  return { queue, appends, steps: () => appends.map(({ steps }) => steps) }
}

const soon = () => new Promise(resolve => setImmediate(resolve))

describe('publication queue', () => {
  test('publishes together what was computed while an append was under way', async () => {
    const { queue, appends, steps } = setUp()
    void queue.add(Promise.resolve('a'))
    await soon()
    for (const step of ['b', 'c']) void queue.add(Promise.resolve(step))
    await soon()
    assert.deepEqual(steps(), [['a']])
    assert.equal(queue.length, 3)
    appends[0]?.end.resolve()
    await soon()
    assert.deepEqual(steps(), [['a'], ['b', 'c']])
    appends[1]?.end.resolve()
    await queue.settled()
    assert.equal(queue.length, 0)
  })

  test('does not wait for a step that is being computed, nor lets a later one pass it', async () => {
    const { queue, appends, steps } = setUp()
    const second = Promise.withResolvers<string>()
    void queue.add(Promise.resolve('a'))
    void queue.add(second.promise)
    void queue.add(Promise.resolve('c'))
    await soon()
    assert.deepEqual(steps(), [['a']])
    appends[0]?.end.resolve()
    await soon()
    assert.deepEqual(steps(), [['a']])
    second.resolve('b')
    await soon()
    appends[1]?.end.resolve()
    await soon()
    appends[2]?.end.resolve()
    await queue.settled()
    assert.deepEqual(steps().flat(), ['a', 'b', 'c'])
  })

  test('runs an action between the steps before it and those after it', async () => {
    const { queue, appends, steps } = setUp()
    void queue.add(Promise.resolve('a'))
    let seen: unknown
    const acted = queue.inOrder(async () => {
      seen = steps().flat()
      return 'result'
    })
    void queue.add(Promise.resolve('b'))
    await soon()
    assert.deepEqual(steps(), [['a']])
    assert.equal(seen, undefined)
    appends[0]?.end.resolve()
    assert.equal(await acted, 'result')
    assert.deepEqual(seen, ['a'])
    await soon()
    assert.deepEqual(steps(), [['a'], ['b']])
  })

  test('publishes and does nothing after a failure, which everything later is told', async () => {
    const { queue, appends, steps } = setUp()
    const first = queue.add(Promise.resolve('a'))
    await soon()
    const second = queue.add(Promise.resolve('b'))
    let acted = false
    const action = queue.inOrder(async () => void (acted = true))
    const failure = new Error('The log is gone.')
    appends[0]?.end.reject(failure)
    for (const promise of [first, second, action, queue.add(Promise.resolve('c')), queue.settled()])
      await assert.rejects(promise, failure)
    assert.deepEqual(steps(), [['a']])
    assert.equal(acted, false)
  })

  test('a step that cannot be computed counts as a failure', async () => {
    const { queue } = setUp()
    const failure = new Error('The learner was lost.')
    await assert.rejects(queue.add(Promise.reject(failure)), failure)
    await assert.rejects(queue.add(Promise.resolve('b')), failure)
  })
})
