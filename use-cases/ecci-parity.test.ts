import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ecci } from './ecci.ts'
import { ecciLists } from './ecci-domain.ts'
import type { EcciRecord } from './ecci-event.ts'
import { isNearMean, isNearShare } from './test-statistics.ts'
import { mondayMs, testRandom, testSettings } from './test-sources.ts'

/** The reference generator on a virtual clock: what each window of time (seconds) looked like. */
const saturation = [
  {
    from: 0,
    to: 60,
    active: 180,
    rate: 10.1,
    skipped: 0,
    sequence: 3.2,
    noReferrer: 0.7,
    mix: [0.61, 0.157, 0.189, 0.033, 0.012],
  },
  {
    from: 60,
    to: 170,
    active: 489,
    rate: 10.1,
    skipped: 0,
    sequence: 3.5,
    noReferrer: 0.72,
    mix: [0.586, 0.143, 0.218, 0.042, 0.011],
  },
  {
    from: 300,
    to: 600,
    active: 500,
    rate: 7.07,
    skipped: 0.29,
    sequence: 8.2,
    noReferrer: 1,
    mix: [0.507, 0.129, 0.289, 0.054, 0.021],
  },
  {
    from: 3600,
    to: 7200,
    active: 500,
    rate: 7.03,
    skipped: 0.3,
    sequence: 77.9,
    noReferrer: 1,
    mix: [0.525, 0.136, 0.267, 0.056, 0.015],
  },
] as const
const mixTypes = ['page_view', 'search', 'add_to_cart', 'purchase', 'leave_review']

interface Seen {
  seconds: number
  event: EcciRecord
  ticks: number
  active: number
}

/** Five seeds for the minutes until saturation, where one alone scatters as much as the tolerance; one for two hours. */
const runs: Seen[][] = []

function watch(seed: number, untilSeconds: number): Seen[] {
  const generator = ecci.generate(testSettings({ random: testRandom(seed) }))
  const seen: Seen[] = []
  for (;;) {
    const item = generator.next()
    const seconds = (item.timeMs - mondayMs) / 1000
    if (seconds >= untilSeconds) return seen
    const { ticks = 0, activeSessions = 0 } = generator.counters()
    seen.push({ seconds, event: item.record as EcciRecord, ticks, active: activeSessions })
  }
}

before(() => {
  runs.push(watch(1, 7200), ...[2, 3, 4, 5].map(seed => watch(seed, 600)))
})

const isNear = (given: number, wanted: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(given - wanted) <= tolerance, `${what}: ${given}, wanted ${wanted} ± ${tolerance}`)

for (const row of saturation) {
  test(`parity saturates as the reference does: ${row.from} to ${row.to} s`, () => {
    const windows = runs
      .map(run => run.filter(({ seconds }) => seconds >= row.from && seconds < row.to))
      .filter(rows => rows.length > 0)
    const mean = (measure: (rows: Seen[]) => number) =>
      windows.reduce((sum, rows) => sum + measure(rows) / windows.length, 0)
    const share = (holds: (event: EcciRecord) => boolean) =>
      mean(rows => rows.filter(({ event }) => holds(event)).length / rows.length)
    const ticks = (rows: Seen[]) => (rows.at(-1) as Seen).ticks - (rows[0] as Seen).ticks + 1
    const sequence = (rows: Seen[]) =>
      rows.reduce((sum, { event }) => sum + event.session_event_sequence, 0) / rows.length
    isNear(
      mean(rows => (rows.at(-1) as Seen).active),
      row.active,
      0.1 * row.active,
      'active sessions',
    )
    isNear(
      mean(rows => rows.length / (row.to - row.from)),
      row.rate,
      0.1 * row.rate,
      'events per second',
    )
    isNear(
      mean(rows => 1 - rows.length / ticks(rows)),
      row.skipped,
      0.03,
      'skipped ticks',
    )
    isNear(
      share(({ referrer_url }) => referrer_url === null),
      row.noReferrer,
      0.03,
      'no referrer',
    )
    isNear(mean(sequence), row.sequence, 0.1 * row.sequence, 'sequence')
    row.mix.forEach((wanted, type) =>
      isNear(
        share(({ event_type }) => event_type === mixTypes[type]),
        wanted,
        0.03,
        String(mixTypes[type]),
      ),
    )
  })
}

test('parity: pages, prices, dwells and quantities follow their rules', () => {
  const events = (runs[0] ?? []).map(({ event }) => event)
  const products = events.filter(({ event_type }) => event_type !== 'search')
  const searches = events.filter(({ event_type }) => event_type === 'search')
  isNearMean(
    products.map(({ price }) => price as number),
    1252.5,
  )
  for (const category of ecciLists.productCategories) {
    isNearShare(
      products.filter(event => event.product_category === category).length / products.length,
      1 / 12,
      products.length,
    )
  }
  isNearShare(
    products.filter(event => event.product_id === 'prod_1100').length / products.length,
    1 / 101,
    products.length,
  )
  const dwell = (list: readonly EcciRecord[]) => list.map(event => event.time_on_page_seconds)
  isNearMean(dwell(searches), 32.5)
  isNearMean(dwell(products.filter(({ event_type }) => event_type === 'purchase')), 105)
  isNearMean(dwell(products.filter(({ event_type }) => event_type === 'page_view')), 152.5)
  const carts = products.filter(({ event_type }) => event_type === 'add_to_cart' || event_type === 'purchase')
  isNearMean(
    carts.map(({ quantity }) => quantity as number),
    2.5,
  )
  assert.equal(events.filter(({ quantity }) => quantity !== null).length, carts.length)
  for (const { product_id, product_category, price, quantity, search_query, page_url } of searches) {
    assert.deepEqual([product_id, product_category, price, quantity], [null, null, null, null])
    assert.equal(page_url, `https://example.com/search?q=${String(search_query).replaceAll(' ', '+')}`)
    assert.match(String(search_query), /^\S+( \S+){0,3}$/)
  }
  const beauty = products.find(event => event.product_category === 'Beauty & Personal Care')
  assert.equal(beauty?.page_url, `https://example.com/beauty-personal-care/${beauty?.product_id}`)
})

test('parity: device and place are drawn anew for each event', () => {
  const events = (runs[0] ?? []).map(({ event }) => event)
  for (const device of ecciLists.deviceTypes) {
    isNearShare(
      events.filter(event => event.device_info.device_type === device).length / events.length,
      1 / 3,
      events.length,
    )
  }
  for (const os of ecciLists.operatingSystems) {
    isNearShare(
      events.filter(event => event.device_info.os === os).length / events.length,
      1 / 6,
      events.length,
    )
  }
  isNearMean(
    events.map(({ location }) => location.lat),
    29.8,
  )
})

test('parity: drift has nothing to shift and is refused', () => {
  const generator = ecci.generate(testSettings())
  assert.throws(() => generator.drift({ kind: 'abrupt', at: 0 }), { code: 'DRIFT_UNSUPPORTED' })
  assert.throws(() => ecci.generate(testSettings({ options: { drift: 'abrupt(1)' } })), {
    code: 'DRIFT_UNSUPPORTED',
  })
})
