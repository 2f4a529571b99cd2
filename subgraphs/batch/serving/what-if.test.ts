import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import { askModel } from './ask-model.ts'
import { explain } from './explain.ts'
import { readJsonEvent } from './read-event.ts'
import { smallestChange } from './smallest-change.ts'
import { handMadeModel } from './test-model.ts'
import { varyEvent } from './vary-event.ts'

const ask = askModel(handMadeModel(tfd), tfd)

function event(changes: Record<string, unknown> = {}) {
  const parsed = readJsonEvent(tfd, {
    user_id: 'u',
    amount: 1200,
    currency: 'USD',
    merchant_id: 'm',
    product_category: 'travel',
    transaction_type: 'purchase',
    payment_method: 'paypal',
    location: { lat: 1, lon: 2 },
    ip_address: '192.0.2.1',
    device_info: { os: 'iOS', browser: 'Safari' },
    user_agent: 'x',
    account_age_days: 10,
    cvv_provided: true,
    billing_address_match: true,
    ...changes,
  })
  assert.ok(parsed.ok)
  return parsed.event
}

describe('variations of an event', () => {
  test('are every combination, the last field fastest', () => {
    const points = varyEvent(tfd, event(), [
      { field: 'amount', from: 0, to: 100, steps: 3 },
      { field: 'device_info.os', values: ['iOS', 'Linux'] },
    ])
    assert.deepEqual(
      points.map(({ values }) => Object.values(values)),
      [
        [0, 'iOS'],
        [0, 'Linux'],
        [50, 'iOS'],
        [50, 'Linux'],
        [100, 'iOS'],
        [100, 'Linux'],
      ],
    )
    assert.deepEqual(points[1]?.event['device_info'], { os: 'Linux', browser: 'Safari' })
  })

  test('leave the event itself as it is', () => {
    const given = event()
    const before = structuredClone(given)
    varyEvent(tfd, given, [{ field: 'device_info.os', values: ['Linux'] }])
    assert.deepEqual(given, before)
  })

  test('take their usual values from the declaration', () => {
    assert.equal(varyEvent(tfd, event(), [{ field: 'amount' }]).length, 21)
    assert.equal(varyEvent(tfd, event(), [{ field: 'cvv_provided' }]).length, 2)
    assert.ok(varyEvent(tfd, event(), [{ field: 'currency' }]).length > 3)
  })

  test('of integers are whole', () => {
    const points = varyEvent(tfd, event(), [{ field: 'account_age_days', from: 0, to: 3, steps: 10 }])
    assert.deepEqual(
      points.map(({ values }) => values['account_age_days']),
      [0, 1, 2, 3],
    )
  })

  for (const [name, vary] of Object.entries({
    'unknown fields': [{ field: 'none' }],
    'fields known later': [{ field: 'is_fraud', values: [1] }],
    'values of another type': [{ field: 'amount', values: ['much'] }],
    'impossible values': [{ field: 'location.lat', values: [91] }],
    'no values': [{ field: 'amount', values: [] }],
    'a range of text': [{ field: 'currency', from: 1, to: 2 }],
    'falling ranges': [{ field: 'amount', from: 2, to: 1 }],
    'one step': [{ field: 'amount', steps: 1 }],
    'values and a range': [{ field: 'amount', values: [1], from: 2 }],
    'too many combinations': [
      { field: 'amount', steps: 1000 },
      { field: 'account_age_days', steps: 1000 },
    ],
  })) {
    test(`refuse ${name}`, () => {
      assert.throws(() => varyEvent(tfd, event(), vary), { code: 'BAD_USER_INPUT' })
    })
  }
})

describe('the smallest change', () => {
  test('of a number is found to the digit', () => {
    const given = event({ amount: 1900 })
    const found = smallestChange(tfd, given, ask, ask(given))
    assert.equal(found?.field, 'amount')
    assert.ok(Math.abs((found?.to as number) - 2000) < 0.01, String(found?.to))
    assert.ok(Math.abs((found?.distance ?? 0) - 100 / 5999) < 1e-4)
    assert.equal(found?.answer.answer.flagged, true)
  })

  test('is another category where no number turns the decision', () => {
    const given = event({ amount: -1e9 })
    // Every amount in the usual range that turns it lies further than the whole range.
    const found = smallestChange(
      tfd,
      given,
      row => ask({ ...row, amount: 1500 }),
      ask({ ...given, amount: 1500 }),
    )
    assert.equal(found?.field, 'cvv_provided')
    assert.deepEqual([found?.from, found?.to, found?.distance], [true, false, 1])
  })

  test('is null where nothing turns it', () => {
    const given = event()
    assert.equal(
      smallestChange(tfd, given, () => ask(given), ask(given)),
      null,
    )
  })
})

describe('an explanation', () => {
  test('sums up to the raw score, the largest first', () => {
    const answer = ask(event({ amount: 500, cvv_provided: false }))
    const found = explain(answer, 1)
    assert.deepEqual(found?.contributions, [{ feature: 'cvv_provided', value: false, contribution: 1 }])
    assert.equal(found?.others, 0.5)
    assert.equal(found?.raw, answer.answer.raw)
  })

  test('refuses impossible numbers of features', () => {
    const answer = ask(event())
    for (const top of [0, 1.5, 101]) assert.throws(() => explain(answer, top), { code: 'BAD_USER_INPUT' })
  })
})
