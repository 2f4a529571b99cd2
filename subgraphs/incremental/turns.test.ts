import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

test('actions under one key run one after the other, those under another beside them', async () => {
  const inTurn = createTurns()
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const act =
    (name: string, until: Promise<void> = Promise.resolve()) =>
    async () => {
      order.push(`${name} begins`)
      await until
      order.push(`${name} ends`)
      return name
    }
  const results = [inTurn('a', act('1', first.promise)), inTurn('a', act('2'))]
  assert.equal(await inTurn('b', act('3')), '3')
  first.resolve()
  assert.deepEqual(await Promise.all(results), ['1', '2'])
  assert.deepEqual(order, ['1 begins', '3 begins', '3 ends', '1 ends', '2 begins', '2 ends'])
})

test('an action that fails fails alone', async () => {
  const inTurn = createTurns()
  const failed = inTurn('a', () => Promise.reject(new Error('no')))
  const next = inTurn('a', () => Promise.resolve('yes'))
  await assert.rejects(failed, { message: 'no' })
  assert.equal(await next, 'yes')
})
