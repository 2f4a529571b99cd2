import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Regressor } from './learner.ts'
import { createRobustRls } from './robust-rls.ts'
import { type Labelled, mixedColumns, travelTime } from './test-streams.ts'

/** Mean absolute error after a warm-up. */
function errorOf(model: Regressor, events: readonly Labelled[], from = 1000): number {
  let sum = 0
  events.forEach(({ row, label }, i) => {
    const predicted = model.predict(row)
    if (i >= from) sum += Math.abs(predicted - label)
    model.learn(row, label)
  })
  return sum / (events.length - from)
}

/** That of the law itself: size times the true pace, which is the median. */
function limitOf(events: readonly Labelled[], from = 1000): number {
  const errors = events.slice(from).map(({ row, label }) => {
    const pace = 60 + 10 * row[2] + (row[2] === 2 && row[3] === 1 ? 40 : 0)
    return Math.abs(label - row[0] * pace)
  })
  return errors.reduce((sum, error) => sum + error, 0) / errors.length
}

const events = travelTime(20_000, 'rls')

test('with the scale and the cross declared it comes within 1 % of the best possible error', () => {
  const model = createRobustRls({ columns: mixedColumns, params: { scale: 'size', cross: 'colour*shape' } })
  const [error, limit] = [errorOf(model, events), limitOf(events)]
  assert.ok(error < 1.01 * limit, `${error} against ${limit}.`)
})

test('it finds the scale by itself', () => {
  const found = errorOf(createRobustRls({ columns: mixedColumns, params: { cross: 'colour*shape' } }), events)
  const none = errorOf(createRobustRls({ columns: mixedColumns, params: { scale: 'none' } }), events)
  assert.ok(found < 1.015 * limitOf(events), `${found}`)
  assert.ok(none > 1.05 * limitOf(events), `${none}`)
})

test('without anything that scales it is an ordinary regression, negative targets included', () => {
  const plain = events.map(({ row }, i) => ({ row, label: 3 * row[1] - 10 * row[2] + (i % 7) - 3 }))
  assert.ok(errorOf(createRobustRls({ columns: mixedColumns }), plain) < 1.02 * (12 / 7))
})

test('it follows a drift of the whole target', () => {
  const model = createRobustRls({ columns: mixedColumns, params: { cross: 'colour*shape' } })
  const slower = travelTime(10_000, 'slower').map(({ row, label }) => ({ row, label: 1.4 * label }))
  errorOf(model, events)
  assert.ok(errorOf(model, slower, 5000) < 1.05 * 1.4 * limitOf(travelTime(10_000, 'slower'), 5000))
})

test('predictions stay within the targets seen, and one wild target does not move them much', () => {
  const model = createRobustRls({ columns: mixedColumns })
  for (const { row, label } of events.slice(0, 3000)) model.learn(row, label)
  const targets = events.slice(0, 3000).map(({ label }) => label)
  const { row } = events[3000]
  const before = model.predict(row)
  model.learn(row, 1e12)
  assert.ok(Math.abs(model.predict(row) - before) < 0.05 * before)
  const giant = Float64Array.of(1e6, 0, 0, 0, 0)
  assert.equal(model.predict(giant) <= 1e12, true)
  assert.ok(model.predict(Float64Array.of(-5, Infinity, -1, 900, Number.NaN)) >= Math.min(...targets))
})

test('a target that is not finite is ignored', () => {
  const model = createRobustRls({ columns: mixedColumns })
  for (const target of [Number.NaN, Infinity, -Infinity]) model.learn(events[0].row, target)
  assert.equal(model.updates, 0)
  assert.equal(model.predict(events[0].row), 0)
})

test('a parameter that names no column of the right kind is refused with those that exist', () => {
  for (const params of [{ scale: 'colour' }, { cross: 'colour*size' }, { cross: 'colour' }]) {
    assert.throws(() => createRobustRls({ columns: mixedColumns, params }), { code: 'INVALID_PARAMETER' })
  }
})
