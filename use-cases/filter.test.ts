import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecci } from './ecci.ts'
import { eta } from './eta.ts'
import { compileEventFilter } from './filter.ts'
import { tfd } from './tfd.ts'

const event = {
  amount: 120,
  currency: 'EUR',
  cvv_provided: false,
  timestamp: '2026-01-05T06:00:00.000000+00:00',
  location: { lat: 10, lon: 20 },
}
const prediction = { score: 0.7, detail: { flagged: true, threshold: 0.3 } }

const matches = (tfdFilter: Record<string, unknown>) =>
  compileEventFilter(tfd, { tfd: tfdFilter })(event, prediction)

test('without a filter everything passes', () => {
  assert.ok(compileEventFilter(tfd, undefined)(event, prediction))
  assert.ok(compileEventFilter(tfd, null)(event, prediction))
  assert.ok(matches({}))
})

test('comparisons do what they say', () => {
  for (const [operator, holds, fails] of [
    ['eq', 120, 121],
    ['ne', 121, 120],
    ['in', [1, 120], [1, 2]],
    ['gt', 119, 120],
    ['gte', 120, 121],
    ['lt', 121, 120],
    ['lte', 120, 119],
  ] as const) {
    assert.ok(matches({ amount: { [operator]: holds } }), operator)
    assert.ok(!matches({ amount: { [operator]: fails } }), operator)
  }
  assert.ok(matches({ currency: { contains: 'UR' } }))
  assert.ok(!matches({ currency: { contains: 'US' } }))
  assert.ok(matches({ cvvProvided: { eq: false } }))
})

test('all conditions must hold', () => {
  assert.ok(matches({ amount: { gt: 100, lt: 130 }, currency: { eq: 'EUR' }, location: { lat: { gt: 5 } } }))
  assert.ok(!matches({ amount: { gt: 100, lt: 110 } }))
  assert.ok(!matches({ amount: { gt: 100 }, location: { lat: { gt: 5 }, lon: { lt: 5 } } }))
})

test('score and flag of the prediction can be asked for', () => {
  assert.ok(matches({ score: { gte: 0.5 }, flagged: true }))
  assert.ok(!matches({ flagged: false }))
  assert.ok(!matches({ score: { lt: 0.5 } }))
})

test('instants are compared as instants, whatever their zone or type', () => {
  assert.ok(matches({ timestamp: { eq: '2026-01-05T00:00:00-06:00' } }))
  assert.ok(matches({ timestamp: { lt: new Date(Date.UTC(2026, 0, 5, 7)) } }))
  assert.ok(!matches({ timestamp: { gt: '2026-01-05T06:00:00Z' } }))
})

test('null fails every comparison but ne and isNull', () => {
  const search = { price: null }
  const run = (price: Record<string, unknown>) =>
    compileEventFilter(ecci, { ecci: { price } })(search, { score: 0.5, detail: {} })
  assert.ok(!run({ lt: 10 }))
  assert.ok(!run({ gte: 0 }))
  assert.ok(!run({ eq: 0 }))
  assert.ok(run({ ne: 10 }))
  assert.ok(run({ isNull: true }))
  assert.ok(!run({ isNull: false }))
  assert.ok(matches({ isFraud: { isNull: true } }), 'an absent field counts as null')
})

test('a filter for another use case or an unknown field is refused', () => {
  const refused = { code: 'INVALID_FILTER' }
  assert.throws(() => compileEventFilter(eta, { tfd: { amount: { gt: 1 } } }), refused)
  assert.throws(() => compileEventFilter(tfd, { tfd: { price: { gt: 1 } } }), refused)
  assert.throws(() => compileEventFilter(tfd, { tfd: { amount: { above: 1 } } }), refused)
  assert.throws(() => compileEventFilter(eta, { eta: { flagged: true } }), refused)
})
