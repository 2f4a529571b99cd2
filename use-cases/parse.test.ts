import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { UseCase } from './define.ts'
import { ecci } from './ecci.ts'
import { modes } from './generator.ts'
import type { Item, JsonEvent } from './generator.ts'
import { useCases } from './index.ts'
import { createEventParser, parseEventObject } from './parse.ts'
import { testSettings } from './test-sources.ts'
import { tfd } from './tfd.ts'

const parseTfd = createEventParser(tfd)
const parseEcci = createEventParser(ecci)

function events(useCase: UseCase, count: number, mode: 'parity' | 'realistic' = 'parity'): JsonEvent[] {
  const generator = useCase.generate(testSettings({ mode }))
  const found: JsonEvent[] = []
  while (found.length < count) {
    const item: Item = generator.next()
    if (item.kind === 'event') found.push(item.record)
  }
  return found
}

const [transaction = {}] = events(tfd, 1)
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

function accepted(parsed: ReturnType<typeof parseTfd>) {
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message)
  return parsed
}

function problemsOf(parsed: ReturnType<typeof parseTfd>) {
  assert.ok(!parsed.ok)
  assert.equal(parsed.code, 'INVALID_EVENT')
  return parsed.problems
}

for (const useCase of useCases) {
  for (const mode of modes) {
    test(`every ${mode} event of ${useCase.id} is read back as it was`, () => {
      const parse = createEventParser(useCase)
      for (const event of events(useCase, 300, mode)) {
        const parsed = accepted(parse(encode(event)))
        assert.deepEqual(parsed.event, event)
        assert.equal(parsed.extra, null)
        assert.equal(parsed.id, event[useCase.eventId])
        const label = useCase.label ? event[useCase.label.field] : undefined
        assert.equal(parsed.label, label ?? null)
        assert.deepEqual(parse(JSON.stringify(event)), parsed)
        assert.deepEqual(parse.ofObject(event), parsed)
      }
    })
  }
}

test('event time comes in milliseconds with the fraction of the timestamp', () => {
  const { timeMs } = accepted(parseTfd(encode({ ...transaction, timestamp: '2026-01-05T00:00:00.123456Z' })))
  assert.ok(Math.abs(timeMs - (Date.UTC(2026, 0, 5) + 123.456)) < 1e-3)
  assert.equal(
    accepted(parseTfd(encode({ ...transaction, timestamp: '2026-01-05T00:00:00Z' }))).timeMs,
    Date.UTC(2026, 0, 5),
  )
})

test('an error names field, value and expectation', () => {
  const bad = {
    ...transaction,
    amount: 'a lot',
    cvv_provided: 1,
    account_age_days: 1.5,
    merchant_id: undefined,
  }
  assert.deepEqual(problemsOf(parseTfd(encode(bad))), [
    { field: 'amount', given: '"a lot"', wanted: 'a finite number' },
    { field: 'merchant_id', given: 'missing', wanted: 'non-empty text' },
    { field: 'account_age_days', given: '1.5', wanted: 'a 32-bit integer of at least 0' },
    { field: 'cvv_provided', given: '1', wanted: 'true or false' },
  ])
  const parsed = parseTfd(encode(bad))
  assert.ok(!parsed.ok)
  assert.match(parsed.message, /^TFD event refused: "amount" is "a lot", wanted a finite number; .*\.$/)
})

test('a nested error carries its path, and a missing object is one error', () => {
  const bad = { ...transaction, location: { lat: 91, lon: null }, device_info: undefined }
  assert.deepEqual(
    problemsOf(parseTfd(encode(bad))).map(({ field, given }) => [field, given]),
    [
      ['location.lat', '91'],
      ['location.lon', 'null'],
      ['device_info', 'missing'],
    ],
  )
})

test('ill-typed values are refused one by one', () => {
  const refused: [string, unknown][] = [
    ['transaction_id', ''],
    ['transaction_id', 7],
    ['amount', null],
    ['amount', true],
    ['account_age_days', -1],
    ['account_age_days', 2 ** 31],
    ['is_fraud', 2],
    ['is_fraud', '1'],
    ['location', []],
    ['location', 'here'],
    ['timestamp', '2026-01-05T00:00:00'],
    ['timestamp', 1_767_571_200_000],
    ['currency', 3],
  ]
  for (const [field, value] of refused) {
    const [first] = problemsOf(parseTfd(encode({ ...transaction, [field]: value })))
    assert.equal(first?.field, field, `${field}: ${JSON.stringify(value)}`)
  }
  const huge = JSON.stringify(transaction).replace(/"amount":[\d.]+/, '"amount":1e999')
  assert.deepEqual(problemsOf(parseTfd(huge)), [
    { field: 'amount', given: 'Infinity', wanted: 'a finite number' },
  ])
})

test('new categories, refunds and unusual values are events like others', () => {
  const odd = {
    ...transaction,
    currency: 'CHF',
    product_category: 'space travel',
    amount: -12.5,
    user_agent: '',
  }
  assert.deepEqual(accepted(parseTfd(encode(odd))).event, odd)
})

test('unknown fields are kept aside, nested ones too', () => {
  const more = { ...transaction, channel: 'web', location: { lat: 1, lon: 2, alt: 3 }, note: null }
  const parsed = accepted(parseTfd(encode(more)))
  assert.deepEqual(parsed.event, { ...transaction, location: { lat: 1, lon: 2 } })
  assert.deepEqual(parsed.extra, { location: { alt: 3 }, channel: 'web', note: null })
})

test('a member named __proto__ is kept aside and changes no prototype', () => {
  const text = JSON.stringify(transaction).replace('{', '{"__proto__":{"polluted":1},')
  const parsed = accepted(parseTfd(text))
  assert.deepEqual(Object.keys(parsed.extra ?? {}), ['__proto__'])
  assert.equal(Object.getPrototypeOf(parsed.event), Object.prototype)
  assert.equal((parsed.extra as { polluted?: number }).polluted, undefined)
})

test('a nullable field may be null or absent and is null, an optional one may be null or absent and is absent', () => {
  const [interaction = {}] = events(ecci, 1)
  const { quantity: _, ...without } = interaction
  assert.equal(accepted(parseEcci(encode(without))).event['quantity'], null)
  const { is_fraud: __, ...unlabelled } = transaction
  const parsed = accepted(parseTfd(encode(unlabelled)))
  assert.equal(parsed.label, null)
  assert.deepEqual(accepted(parseTfd(encode({ ...unlabelled, is_fraud: null }))), parsed)
  assert.ok(!('is_fraud' in parsed.event))
})

test('an object that was parsed elsewhere passes the same checks and stays as it was', () => {
  const given = Object.freeze({ ...transaction, is_fraud: null, channel: 'web' })
  const copy = structuredClone(given)
  const parsed = accepted(parseEventObject(tfd, given))
  assert.deepEqual(parsed.extra, { channel: 'web' })
  assert.deepEqual(given, copy)
  assert.equal(problemsOf(parseEventObject(tfd, { ...transaction, amount: NaN }))[0]?.given, 'NaN')
  const bare = Object.assign(Object.create(null), transaction)
  assert.ok(parseEventObject(tfd, bare).ok)
})

test('what is no JSON object in UTF-8 is refused', () => {
  for (const value of [
    '',
    '{',
    'null',
    '[]',
    '3',
    '"text"',
    '{"a":1}x',
    new Uint8Array([0xff, 0xfe, 0x7b]),
  ]) {
    assert.equal(problemsOf(parseTfd(value))[0]?.field, '$', String(value))
  }
})

test('junk never throws', () => {
  const junk = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.string(), fc.json())
  fc.assert(fc.property(junk, value => typeof parseTfd(value).ok === 'boolean'))
  fc.assert(fc.property(fc.anything(), value => typeof parseTfd.ofObject(value).ok === 'boolean'))
})

test('an event with one field replaced by anything is read as it is or refused by that field', () => {
  const fields = fc.constantFrom(...Object.keys(tfd.fields))
  fc.assert(
    fc.property(fields, fc.jsonValue(), (field, value) => {
      const changed = JSON.parse(JSON.stringify({ ...transaction, [field]: value })) as JsonEvent
      const parsed = parseTfd(encode(changed))
      if (!parsed.ok) return parsed.problems.every(problem => problem.field.split('.')[0] === field)
      const { is_fraud: label, ...rest } = changed
      assert.deepEqual({ ...parsed.event, ...parsed.extra }, label === null ? rest : changed)
    }),
  )
})

test('a record with very many errors gives a bounded message', () => {
  const long = 'x'.repeat(1e6)
  const parsed = parseTfd(encode(Object.fromEntries(Object.keys(tfd.fields).map(name => [name, [long]]))))
  assert.ok(!parsed.ok)
  assert.ok(parsed.problems.length <= 20)
  const shouted = parseTfd(encode({ ...transaction, amount: long }))
  assert.ok(!shouted.ok)
  assert.ok(shouted.message.length < 300)
})
