import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEntityWindows, loadEntityWindows } from './entity-windows.ts'
import type { EntityWindow } from './entity-window.ts'
import { DAY_MS, HOUR_MS } from './lengths.ts'
import { createTestState } from './test-state.ts'

interface Sale {
  shop: string
  buyer: string
  price: number | null
  card: boolean
}

const price = (event: Sale) => event.price
const declared = [
  { name: 'count_1h', description: '', key: 'shop', kind: 'count', windowMs: HOUR_MS },
  {
    name: 'card_count',
    description: '',
    key: 'shop',
    kind: 'count',
    windowMs: 'forever',
    where: e => e.card,
  },
  { name: 'sum_24h', description: '', key: 'shop', kind: 'sum', windowMs: DAY_MS, of: price },
  { name: 'mean', description: '', key: 'shop', kind: 'mean', windowMs: 'forever', of: price },
  { name: 'buyers', description: '', key: 'shop', kind: 'distinct', windowMs: 'forever', of: e => e.buyer },
  { name: 'buyers_1h', description: '', key: 'shop', kind: 'distinct', windowMs: HOUR_MS, of: e => e.buyer },
  {
    name: 'card_share',
    description: '',
    key: 'shop',
    kind: 'share',
    windowMs: 'forever',
    where: e => e.card,
  },
  { name: 'usual', description: '', key: 'shop', kind: 'mode', windowMs: 'forever', of: price },
  { name: 'since', description: '', key: 'shop', kind: 'sinceLast', windowMs: HOUR_MS },
  {
    name: 'per_buyer',
    description: '',
    key: 'shop',
    kind: 'ratio',
    numerator: 'card_count',
    denominator: 'buyers',
  },
  { name: 'relative', description: '', key: 'shop', kind: 'relative', of: price, to: 'mean' },
] as const satisfies readonly EntityWindow<Sale, 'shop'>[]
const useCase = { windows: declared as readonly EntityWindow[] }

type Windows = ReturnType<typeof createEntityWindows>

function sale(changes: Partial<Sale> = {}) {
  return { shop: 'a', buyer: 'x', price: 10, card: true, ...changes }
}

function look(windows: Windows, timeMs: number, changes: Partial<Sale> = {}): Record<string, number> {
  const values = windows.values(sale(changes), timeMs)
  return Object.fromEntries(windows.names.map((name, i) => [name, values[i] as number]))
}

test('of an entity never seen counts, sums and distinct counts are 0 and everything else is missing', () => {
  assert.deepEqual(look(createEntityWindows(useCase), 0), {
    count_1h: 0,
    card_count: 0,
    sum_24h: 0,
    mean: NaN,
    buyers: 0,
    buyers_1h: 0,
    card_share: NaN,
    usual: NaN,
    since: NaN,
    per_buyer: NaN,
    relative: NaN,
  })
})

test('values are those of just before an event: it does not count itself, and other entities do not count', () => {
  const windows = createEntityWindows(useCase)
  windows.add(sale({ buyer: 'x', price: 10 }), 1000)
  windows.add(sale({ buyer: 'y', price: 20, card: false }), 2000)
  windows.add(sale({ buyer: 'x', price: null }), 3000)
  windows.add(sale({ shop: 'b', price: 500 }), 3500)
  assert.deepEqual(look(windows, 4500, { price: 45 }), {
    count_1h: 3,
    card_count: 2,
    sum_24h: 30,
    mean: 15,
    buyers: 2,
    buyers_1h: 2,
    card_share: 0.666667,
    usual: 10,
    since: 1.5,
    per_buyer: 1,
    relative: 3,
  })
  assert.equal(windows.size, 2)
})

test('a window never reaches further back than its length, and leaves out at most its oldest 1/24', () => {
  const start = 1_767_571_200_000
  for (let minutes = 0; minutes < 60; minutes += 0.7) {
    const windows = createEntityWindows(useCase)
    const timeMs = start + minutes * 60_000
    windows.add(sale(), timeMs)
    assert.equal(look(windows, timeMs + (HOUR_MS * 23) / 24).count_1h, 1)
    assert.equal(look(windows, timeMs + HOUR_MS).count_1h, 0)
    assert.equal(look(windows, timeMs + HOUR_MS).buyers_1h, 0)
    assert.equal(look(windows, timeMs + HOUR_MS).since, NaN)
    assert.equal(look(windows, timeMs + HOUR_MS).buyers, 1)
  }
})

test('sums over a sliding window agree with those of the events in its buckets', () => {
  const windows = createEntityWindows(useCase)
  const bucketMs = HOUR_MS / 24
  const times: number[] = []
  for (let i = 0; i < 3000; i++) {
    const timeMs = 1_767_571_200_000 + i * 11_003 + (i % 7) * 1500
    const bucket = Math.floor(timeMs / bucketMs)
    const wanted = times.filter(other => {
      const its = Math.floor(other / bucketMs)
      return its <= bucket && its > bucket - 24
    }).length
    assert.equal(look(windows, timeMs).count_1h, wanted, `event ${i}`)
    windows.add(sale(), timeMs)
    times.push(timeMs)
  }
})

test('an event that comes late does not see what happened after it, and counts for those after it', () => {
  const windows = createEntityWindows(useCase)
  windows.add(sale(), 0)
  windows.add(sale(), 30 * 60_000)
  assert.equal(look(windows, 10 * 60_000).count_1h, 1)
  assert.equal(look(windows, 10 * 60_000).since, 0)
  windows.add(sale(), 10 * 60_000)
  assert.equal(look(windows, 30 * 60_000).count_1h, 3)
})

test('one event with a date in the future does not stop an entity from being counted', () => {
  const windows = createEntityWindows(useCase)
  windows.add(sale(), 9e12)
  for (let i = 0; i < 10; i++) windows.add(sale(), i * 60_000)
  const values = look(windows, 600_000)
  assert.equal(values.count_1h, 10)
  assert.equal(values.since, 60)
})

test('distinct values are exact up to 64, and beyond without bias and with a standard error of 15 %', () => {
  const windows = createEntityWindows(useCase)
  const ratios: number[] = []
  for (let shop = 0; shop < 60; shop++) {
    const own = { shop: `${shop}` }
    for (let i = 0; i < 500; i++) {
      if (i <= 64) assert.equal(look(windows, i, own).buyers, i)
      windows.add(sale({ ...own, buyer: `buyer ${shop} ${i}` }), i)
      windows.add(sale({ ...own, buyer: `buyer ${shop} ${i >> 1}` }), i)
    }
    const { buyers = 0, buyers_1h: recent } = look(windows, 500, own)
    assert.equal(recent, buyers)
    ratios.push(buyers / 500)
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
  const deviation = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - 1) ** 2, 0) / ratios.length)
  assert.ok(Math.abs(mean - 1) < 0.06, `mean ${mean}`)
  assert.ok(deviation < 0.2, `deviation ${deviation}`)
})

test('the entity whose last event came longest ago is forgotten when there are too many, or after its time', () => {
  const windows = createEntityWindows(useCase, { maxEntities: 3, ttlMs: 1000 })
  for (const shop of ['a', 'b', 'c', 'a', 'd']) windows.add(sale({ shop }), 0)
  assert.equal(windows.size, 3)
  const counts = ['a', 'b', 'c', 'd'].map(shop => look(windows, 1000, { shop }).card_count)
  assert.deepEqual(counts, [2, 0, 1, 1])
  assert.equal(look(windows, 1001, { shop: 'a' }).card_count, 0)
  windows.add(sale({ shop: 'a' }), 1001)
  assert.equal(look(windows, 1001, { shop: 'a' }).card_count, 1)
  // Two at most with each event: a wrong date does not cost all of them.
  assert.equal(windows.size, 2)
})

test('a saved state goes on as if nothing had happened, to the bit, also while entities come and go', () => {
  const limits = { maxEntities: 50, ttlMs: 400_000 }
  const whole = createEntityWindows(useCase, limits)
  let other = createEntityWindows(useCase, limits)
  for (let i = 0; i < 4000; i++) {
    const event = sale({
      shop: `shop ${(i * 7919) % (i % 3 === 0 ? 200 : 20)}`,
      buyer: `${i % 97}`,
      price: i % 41,
    })
    const timeMs = 1e12 + i * 9000
    assert.deepEqual([...other.values(event, timeMs)], [...whole.values(event, timeMs)])
    whole.add(event, timeMs)
    other.add(event, timeMs)
    if (i % 211 !== 0) continue
    const saved = createTestState()
    other.save(saved)
    const again = createTestState()
    whole.save(again)
    assert.deepEqual(saved.written, again.written)
    other = loadEntityWindows(useCase, saved, limits)
  }
})

test('a state of windows that are declared otherwise now is left alone: they start empty', () => {
  const before = createEntityWindows(useCase)
  before.add(sale(), 0)
  const saved = createTestState()
  before.save(saved)
  const fewer = { windows: useCase.windows.slice(0, 3) }
  const loaded = loadEntityWindows(fewer, saved)
  assert.equal(loaded.size, 0)
  assert.ok(saved.isRead())
})
