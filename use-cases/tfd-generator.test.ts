import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { EventOfUseCase } from './define.ts'
import type { GeneratorSettings, Item } from './generator.ts'
import { isNearMean, isNearShare } from './test-statistics.ts'
import { mondayMs, testSettings } from './test-sources.ts'
import { parseTimestamp } from './timestamp.ts'
import { tfd } from './tfd.ts'
import { tfdLists } from './tfd-domain.ts'

type Transaction = EventOfUseCase<typeof tfd>

const count = 200_000
let frauds: Transaction[] = []
let genuine: Transaction[] = []

function take(items: number, changes: Partial<GeneratorSettings> = {}): Item<Transaction>[] {
  const generator = tfd.generate(testSettings(changes))
  return Array.from({ length: items }, () => generator.next())
}

const eventsOf = (items: readonly Item<Transaction>[]) =>
  items.flatMap(item => (item.kind === 'event' ? [item.record] : []))

before(() => {
  const events = eventsOf(take(count))
  frauds = events.filter(({ is_fraud }) => is_fraud === 1)
  genuine = events.filter(({ is_fraud }) => is_fraud === 0)
})

test('parity: one event in a hundred is fraud', () => {
  assert.equal(frauds.length + genuine.length, count)
  isNearShare(frauds.length / count, 0.01, count)
})

test('parity: card code, billing address, amount and account age follow their closed forms', () => {
  const share = (list: readonly Transaction[], holds: (event: Transaction) => boolean, wanted: number) =>
    isNearShare(list.filter(holds).length / list.length, wanted, list.length)
  share(genuine, event => !event.cvv_provided, 0.005)
  share(frauds, event => !event.cvv_provided, 0.43)
  share(genuine, event => !event.billing_address_match, 0.02)
  share(frauds, event => !event.billing_address_match, 0.37)
  const amounts = (list: readonly Transaction[]) => list.map(({ amount }) => amount)
  isNearMean(amounts(genuine), 252.5)
  isNearMean(amounts(frauds), 2525.1)
  assert.ok(genuine.every(({ amount }) => amount >= 5 && amount <= 500))
  share(frauds, event => event.amount > 500, (0.8 * 5500) / 5700)
  share(genuine, event => event.account_age_days <= 30, 31 / 1826)
  share(frauds, event => event.account_age_days <= 30, 0.15 + (0.85 * 31) / 1826)
})

test('parity: categories and means of payment follow their closed forms', () => {
  for (const category of tfdLists.productCategories) {
    const isTarget = (tfdLists.fraudCategories as readonly string[]).includes(category)
    const shareIn = (list: readonly Transaction[]) =>
      list.filter(event => event.product_category === category).length / list.length
    isNearShare(shareIn(genuine), 1 / 9, genuine.length)
    isNearShare(shareIn(frauds), 0.8 / 9 + (isTarget ? 0.05 : 0), frauds.length)
  }
  for (const method of tfdLists.paymentMethods) {
    const isTarget = (tfdLists.fraudPayments as readonly string[]).includes(method)
    const shareIn = (list: readonly Transaction[]) =>
      list.filter(event => event.payment_method === method).length / list.length
    isNearShare(shareIn(genuine), 0.2, genuine.length)
    isNearShare(shareIn(frauds), isTarget ? 0.23 : 0.18, frauds.length)
  }
})

test('parity: what carries no signal is uniform', () => {
  const events = [...frauds, ...genuine]
  const share = (holds: (event: Transaction) => boolean, wanted: number) =>
    isNearShare(events.filter(holds).length / count, wanted, count)
  for (const currency of tfdLists.currencies) share(event => event.currency === currency, 1 / 7)
  for (const type of tfdLists.transactionTypes) share(event => event.transaction_type === type, 1 / 5)
  for (const os of tfdLists.operatingSystems) share(event => event.device_info.os === os, 1 / 6)
  for (const browser of tfdLists.browsers) share(event => event.device_info.browser === browser, 1 / 6)
  share(event => event.merchant_id === 'merchant_1', 1 / 200)
  share(event => event.merchant_id === 'merchant_200', 1 / 200)
  isNearMean(
    events.map(({ location }) => location.lat),
    0,
  )
  isNearMean(
    events.map(({ location }) => location.lon),
    0,
  )
  assert.ok(events.every(({ location }) => Math.abs(location.lat) <= 90 && Math.abs(location.lon) <= 180))
})

test('parity: every event has a new user, no key, and the label inside; the pause has the mean of the reference', () => {
  const items = take(20_000)
  const events = eventsOf(items)
  assert.equal(events.length, items.length)
  assert.equal(new Set(events.map(({ user_id }) => user_id)).size, events.length)
  assert.ok(items.every(({ key }) => key === null))
  const pauses = items.slice(1).map((item, index) => (item.timeMs - (items[index] as Item).timeMs) / 1000)
  isNearMean(pauses, 0.275)
  assert.ok(pauses.every(pause => pause >= 0.0499 && pause <= 0.5001))
})

test('a rate stretches the pauses', () => {
  const items = take(20_000, { rate: 100 })
  const seconds = ((items.at(-1) as Item).timeMs - mondayMs) / 1000
  assert.ok(Math.abs(20_000 / seconds - 100) < 2, String(seconds))
})

test('options change the law', () => {
  const options = {
    'fraud-probability': 0.5,
    'merchant-id-limit': 3,
    'account-age-days-limit': 1,
    'cvv-provided-missing-probability': 0,
    'billing-address-match-missing-probability': 0,
    'high-value-fraud-probability': 0,
  }
  const events = eventsOf(take(5000, { options }))
  isNearShare(events.filter(({ is_fraud }) => is_fraud === 1).length / 5000, 0.5, 5000)
  assert.equal(new Set(events.map(({ merchant_id }) => merchant_id)).size, 3)
  assert.ok(events.every(event => event.account_age_days <= 365 && event.amount <= 500))
  assert.ok(
    events.every(event => event.is_fraud === 1 || (event.cvv_provided && event.billing_address_match)),
  )
})

test('realistic: three events in ten belong to returning users, who keep account and device', () => {
  const events = eventsOf(take(60_000, { mode: 'realistic' }))
  const seen = new Map<string, Transaction>()
  let returning = 0
  let sameDevice = 0
  for (const event of events) {
    const before = seen.get(event.user_id)
    if (before) returning++
    if (before && before.device_info.os === event.device_info.os) sameDevice++
    if (!before) seen.set(event.user_id, event)
  }
  isNearShare(returning / events.length, 0.3, events.length)
  assert.equal(sameDevice, returning)
})

test('realistic: the label leaves the event and arrives in order, fraud early, the rest at maturity', () => {
  const items = take(60_000, { mode: 'realistic', options: { 'fraud-probability': 0.2 } })
  const times = new Map<string, number>()
  const delays: [number[], number[]] = [[], []]
  let latest = -Infinity
  for (const item of items) {
    assert.ok(item.timeMs >= latest)
    latest = item.timeMs
    if (item.kind === 'event') {
      assert.ok(!('is_fraud' in item.record))
      assert.equal(item.key, item.record.user_id)
      times.set(item.record.transaction_id, item.timeMs)
      continue
    }
    assert.equal(item.kind, 'label')
    if (item.kind !== 'label') continue
    const { event_id, label, event_time, label_time, version } = item.record
    assert.equal(version, 1)
    const eventMs = times.get(event_id) as number
    assert.ok(Math.abs(parseTimestamp(event_time) - eventMs) < 0.01)
    assert.ok(Math.abs(parseTimestamp(label_time) - item.timeMs) < 0.01)
    delays[label as 0 | 1].push(item.timeMs - eventMs)
    times.delete(event_id)
  }
  assert.ok(times.size < 30, 'every event older than five seconds has its label')
  assert.ok(delays[0].every(delay => Math.abs(delay - 5000) < 0.01))
  assert.ok(delays[1].every(delay => delay <= 5000.01))
  const early = delays[1].filter(delay => delay <= 1500).length / delays[1].length
  isNearShare(early, 0.5, delays[1].length)
})

test('realistic: the label speed stretches the delays and nothing else', () => {
  const fast = take(5000, { mode: 'realistic' })
  const slow = take(5000, { mode: 'realistic', labelSpeed: 0.001 })
  const first = eventsOf(slow).slice(0, 2000)
  assert.deepEqual(eventsOf(fast).slice(0, 2000), first)
  const labels = slow.flatMap(item => (item.kind === 'label' ? [item.record] : []))
  assert.ok(labels.length > 0)
  for (const { event_time, label_time } of labels) {
    assert.ok(parseTimestamp(label_time) - parseTimestamp(event_time) > 60_000, 'minutes instead of a second')
  }
})

test('drift: the share of fraud and the amounts change, and a burst passes', () => {
  const at = (seconds: number) => Math.round(seconds * 20)
  const events = eventsOf(take(60_000, { rate: 20, options: { drift: 'abrupt(1500)' } }))
  const before = events.slice(0, at(1500))
  const after = events.slice(at(1500) + 200)
  const fraudShare = (list: readonly Transaction[]) =>
    list.filter(({ is_fraud }) => is_fraud === 1).length / list.length
  isNearShare(fraudShare(before), 0.01, before.length)
  isNearShare(fraudShare(after), 0.05, after.length)
  assert.ok(Math.max(...after.map(({ amount }) => amount)) <= 1500)
  const generator = tfd.generate(testSettings({ rate: 20 }))
  generator.drift({ kind: 'burst', at: 100, length: 500, factor: 20 })
  const burst = Array.from({ length: 20_000 }, () => generator.next().record as Transaction)
  isNearShare(fraudShare(burst.slice(at(102), at(598))), 0.2, at(496))
  isNearShare(fraudShare(burst.slice(at(610))), 0.01, 20_000 - at(610))
})

test('a seed gives the same bytes, another seed another stream, another start other ids only', () => {
  for (const mode of ['parity', 'realistic'] as const) {
    const bytes = (items: readonly Item[]) => items.map(item => JSON.stringify(item)).join('\n')
    const stream = () => tfd.generate(testSettings({ mode }))
    const one = stream()
    const two = stream()
    const first = Array.from({ length: 2000 }, () => one.next())
    assert.equal(bytes(first), bytes(Array.from({ length: 2000 }, () => two.next())))
    const later = take(2000, { mode, startMs: mondayMs + 1 })
    const amounts = (items: readonly Item[]) =>
      items.flatMap(item => (item.kind === 'event' ? [item.record['amount']] : []))
    assert.deepEqual(amounts(later), amounts(first))
    const ids = new Set(eventsOf(later).map(event => event.transaction_id))
    assert.ok(first.every(item => item.kind !== 'event' || !ids.has(item.record.transaction_id)))
  }
})

test('ids are version 4 UUIDs and differ', () => {
  const ids = eventsOf(take(10_000)).map(event => event.transaction_id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)))
})
