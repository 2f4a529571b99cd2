import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTurns } from './create-turns.ts'

describe('turns', () => {
  it('are so many at once, first come, first served', async () => {
    const turns = createTurns({ atOnce: 2, queue: 2 })
    const order: string[] = []
    const [first] = [await turns.take(), await turns.take()]
    const waiting = ['c', 'd'].map(async name => {
      const turn = await turns.take()
      order.push(name)
      turn[Symbol.dispose]()
    })
    await assert.rejects(turns.take(), { code: 'SQL_BUSY' })
    assert.deepEqual([turns.waiting(), order], [2, []])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    await Promise.all(waiting)
    assert.deepEqual([turns.waiting(), order], [0, ['c', 'd']])
  })

  it('are not given to who does not want one any more', async () => {
    const turns = createTurns({ atOnce: 1, queue: 5 })
    const held = await turns.take()
    const abort = new AbortController()
    const left = turns.take(abort.signal)
    const next = turns.take()
    abort.abort(new Error('Away.'))
    await assert.rejects(left, { message: 'Away.' })
    held[Symbol.dispose]()
    ;(await next)[Symbol.dispose]()
    assert.equal(turns.waiting(), 0)
  })
})
