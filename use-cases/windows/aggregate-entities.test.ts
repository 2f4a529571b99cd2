import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecci } from '../ecci.ts'
import { testSettings } from '../test-sources.ts'
import { parseTimestamp } from '../timestamp.ts'
import { aggregateEntities } from './aggregate-entities.ts'

type Event = Record<string, unknown> & {
  customer_id: string
  session_id: string
  event_type: string
  timestamp: string
  price: number | null
  quantity: number | null
  product_id: string | null
  product_category: string | null
  time_on_page_seconds: number
  location: { lat: number; lon: number }
}

const NAMES =
  'total_sessions total_events avg_time_on_page total_time_on_site avg_events_per_session total_purchases total_revenue avg_order_value page_views product_views add_to_carts searches unique_products_viewed unique_categories_viewed preferred_hour days_active geo_diversity view_to_cart_rate cart_to_purchase_rate'.split(
    ' ',
  )

test('customers have the 19 aggregates of the reference system, equal to those of all of their events', () => {
  const events: Event[] = []
  const generator = ecci.generate(testSettings({ mode: 'realistic' }))
  while (events.length < 5000) {
    const item = generator.next()
    if (item.kind === 'event') events.push(item.record as never)
  }
  const {
    names,
    keys,
    values,
    events: counts,
  } = aggregateEntities({
    useCase: ecci,
    key: 'customer_id',
    events: events.map(event => ({ event, timeMs: parseTimestamp(event.timestamp) })),
  })
  assert.deepEqual(names, NAMES)
  const byCustomer = Map.groupBy(events, ({ customer_id: id }) => id)
  assert.deepEqual(keys, [...byCustomer.keys()])
  keys.forEach((key, row) => {
    const own = byCustomer.get(key) ?? []
    assert.equal(counts[row], own.length)
    const wanted = byHand(own)
    names.forEach((name, column) => {
      const value = values[row * names.length + column] as number
      const expected = wanted[name] as number
      const isEqual = Number.isNaN(expected) ? Number.isNaN(value) : Math.abs(value - expected) <= 2e-6
      assert.ok(isEqual, `${name} of ${key}: ${value}, wanted ${expected}`)
    })
  })
})

function byHand(own: readonly Event[]): Record<string, number> {
  const of = (type: string) => own.filter(({ event_type }) => event_type === type)
  const distinct = (values: readonly unknown[]) => new Set(values.filter(value => value !== null)).size
  const products = of('page_view').filter(({ product_id }) => product_id !== null)
  const dwell = own.reduce((sum, { time_on_page_seconds: seconds }) => sum + seconds, 0)
  const revenue = of('purchase').reduce((sum, { price, quantity }) => sum + (price ?? 0) * (quantity ?? 1), 0)
  const sessions = distinct(own.map(({ session_id }) => session_id))
  const hours = own.map(({ timestamp }) => Number(timestamp.slice(11, 13)))
  const hourCounts = new Map([...new Set(hours)].map(hour => [hour, hours.filter(h => h === hour).length]))
  const most = Math.max(...hourCounts.values())
  const or = (dividend: number, divisor: number) => (divisor === 0 ? NaN : dividend / divisor)
  return {
    total_sessions: sessions,
    total_events: own.length,
    avg_time_on_page: dwell / own.length,
    total_time_on_site: dwell,
    avg_events_per_session: own.length / sessions,
    total_purchases: of('purchase').length,
    total_revenue: revenue,
    avg_order_value: or(revenue, of('purchase').length),
    page_views: of('page_view').length,
    product_views: products.length,
    add_to_carts: of('add_to_cart').length,
    searches: of('search').length,
    unique_products_viewed: distinct(products.map(({ product_id }) => product_id)),
    unique_categories_viewed: distinct(products.map(({ product_category }) => product_category)),
    preferred_hour: Math.min(...[...hourCounts].filter(([, n]) => n === most).map(([hour]) => hour)),
    days_active: distinct(own.map(({ timestamp }) => timestamp.slice(0, 10))),
    geo_diversity: distinct(
      own.map(({ location: { lat, lon } }) => `${Math.floor(lat * 10)} ${Math.floor(lon * 10)}`),
    ),
    view_to_cart_rate: or(of('add_to_cart').length, products.length),
    cart_to_purchase_rate: or(of('purchase').length, of('add_to_cart').length),
  }
}
