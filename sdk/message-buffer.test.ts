import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createMessageBuffer } from './message-buffer.ts'

describe('message buffer', () => {
  it('gives messages in order to those who wait and to those who come', async () => {
    const buffer = createMessageBuffer<number>()
    const early = [buffer.take(), buffer.take()]
    for (const message of [1, 2, 3]) buffer.push(message)
    const taken = [...(await Promise.all(early)), await buffer.take()]
    assert.deepEqual(
      taken.map(each => each?.message),
      [1, 2, 3],
    )
  })

  it('keeps the newest, and what it takes and counts as dropped is everything that was pushed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat({ max: 12 }), { maxLength: 12 }),
        async (max, bursts) => {
          const buffer = createMessageBuffer<number>({ max })
          let pushed = 0
          let expected = 0
          for (const burst of bursts) {
            for (let i = 0; i < burst; i++) buffer.push(pushed++)
            // Every message is the one after the last, or as many later as were dropped.
            for (let i = 0; i < Math.min(burst, max); i++) {
              const taken = await buffer.take()
              expected += taken?.dropped ?? 0
              assert.equal(taken?.message, expected++)
            }
            assert.equal(expected, pushed)
          }
        },
      ),
      { seed: 7 },
    )
  })

  it('keeps one message under the policy `latest`', async () => {
    const buffer = createMessageBuffer<string>({ policy: 'latest' })
    for (const message of ['a', 'b', 'c']) buffer.push(message)
    assert.deepEqual(await buffer.take(), { message: 'c', dropped: 2 })
  })

  it('gives what waits before the end, and before an error', async () => {
    const buffer = createMessageBuffer<number>()
    buffer.push(1)
    buffer.end(new Error('Lost.'))
    assert.deepEqual(await buffer.take(), { message: 1, dropped: 0 })
    await assert.rejects(buffer.take(), /Lost/)
    assert.equal(await buffer.take(), null)
  })

  it('tells one waiting reader of an error and the others of the end', async () => {
    const buffer = createMessageBuffer<number>()
    const [first, second] = [buffer.take(), buffer.take()]
    buffer.end(new Error('Lost.'))
    await assert.rejects(first, /Lost/)
    assert.equal(await second, null)
  })

  it('forgets what waits when it is cancelled', async () => {
    const buffer = createMessageBuffer<number>()
    buffer.push(1)
    buffer.cancel()
    buffer.push(2)
    assert.equal(await buffer.take(), null)
  })

  it('refuses a size that is no positive whole number', () => {
    for (const max of [0, -1, 1.5, Number.NaN]) assert.throws(() => createMessageBuffer({ max }), RangeError)
  })
})
