import { ecciSessionWindows } from './ecci-session-windows.ts'
import { type EcciKnown, dwell, is, isProductView, revenue } from './ecci-measures.ts'
import type { EntityWindow } from './windows/entity-window.ts'
import { DAY_MS, HOUR_MS } from './windows/lengths.ts'

type Window = EntityWindow<EcciKnown, 'customer_id' | 'session_id'>

/** What is known of the customer, for segmentation: 19 aggregates, as the reference system names them. */
const customerWindows: readonly Window[] = [
  {
    name: 'total_sessions',
    description: 'Sessions of the customer.',
    key: 'customer_id',
    kind: 'distinct',
    of: event => event.session_id,
    windowMs: 'forever',
  },
  {
    name: 'total_events',
    description: 'Interactions of the customer.',
    key: 'customer_id',
    kind: 'count',
    windowMs: 'forever',
  },
  {
    name: 'avg_time_on_page',
    description: 'Mean seconds that the customer spends on a page.',
    key: 'customer_id',
    kind: 'mean',
    of: dwell,
    windowMs: 'forever',
  },
  {
    name: 'total_time_on_site',
    description: 'Seconds that the customer has spent on pages.',
    key: 'customer_id',
    kind: 'sum',
    of: dwell,
    windowMs: 'forever',
  },
  {
    name: 'avg_events_per_session',
    description: 'Interactions of the customer per session.',
    key: 'customer_id',
    kind: 'ratio',
    numerator: 'total_events',
    denominator: 'total_sessions',
  },
  {
    name: 'total_purchases',
    description: 'Purchases of the customer.',
    key: 'customer_id',
    kind: 'count',
    where: is('purchase'),
    windowMs: 'forever',
  },
  {
    name: 'total_revenue',
    description: 'What the customer paid, price times quantity.',
    key: 'customer_id',
    kind: 'sum',
    of: revenue,
    windowMs: 'forever',
  },
  {
    name: 'avg_order_value',
    description: 'Revenue per purchase of the customer.',
    key: 'customer_id',
    kind: 'ratio',
    numerator: 'total_revenue',
    denominator: 'total_purchases',
  },
  {
    name: 'page_views',
    description: 'Pages that the customer viewed.',
    key: 'customer_id',
    kind: 'count',
    where: is('page_view'),
    windowMs: 'forever',
  },
  {
    name: 'product_views',
    description: 'Pages of a product that the customer viewed.',
    key: 'customer_id',
    kind: 'count',
    where: isProductView,
    windowMs: 'forever',
  },
  {
    name: 'add_to_carts',
    description: 'Times that the customer put something into the cart.',
    key: 'customer_id',
    kind: 'count',
    where: is('add_to_cart'),
    windowMs: 'forever',
  },
  {
    name: 'searches',
    description: 'Searches of the customer.',
    key: 'customer_id',
    kind: 'count',
    where: is('search'),
    windowMs: 'forever',
  },
  {
    name: 'unique_products_viewed',
    description: 'Distinct products that the customer viewed.',
    key: 'customer_id',
    kind: 'distinct',
    of: event => (isProductView(event) ? event.product_id : null),
    windowMs: 'forever',
  },
  {
    name: 'unique_categories_viewed',
    description: 'Distinct categories that the customer viewed.',
    key: 'customer_id',
    kind: 'distinct',
    of: event => (isProductView(event) ? event.product_category : null),
    windowMs: 'forever',
  },
  {
    name: 'preferred_hour',
    description: 'Hour of the day, UTC, in which the customer is most active.',
    key: 'customer_id',
    kind: 'mode',
    of: (_, timeMs) => hourOfDay(timeMs),
    windowMs: 'forever',
  },
  {
    name: 'days_active',
    description: 'Distinct days, UTC, on which the customer was active.',
    key: 'customer_id',
    kind: 'distinct',
    of: (_, timeMs) => Math.floor(timeMs / DAY_MS),
    windowMs: 'forever',
  },
  {
    name: 'geo_diversity',
    description: 'Distinct places of the customer, to a tenth of a degree.',
    key: 'customer_id',
    kind: 'distinct',
    of: event => cell(event.location.lat) * 10_000 + cell(event.location.lon),
    windowMs: 'forever',
  },
  {
    name: 'view_to_cart_rate',
    description: 'Products put into the cart per product viewed.',
    key: 'customer_id',
    kind: 'ratio',
    numerator: 'add_to_carts',
    denominator: 'product_views',
  },
  {
    name: 'cart_to_purchase_rate',
    description: 'Purchases per product put into the cart.',
    key: 'customer_id',
    kind: 'ratio',
    numerator: 'total_purchases',
    denominator: 'add_to_carts',
  },
]

export const ecciWindows: readonly Window[] = [...customerWindows, ...ecciSessionWindows]

/** UTC. */
function hourOfDay(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) - 24 * Math.floor(timeMs / DAY_MS)
}

/** About 10 km. */
function cell(degrees: number): number {
  return Math.floor(degrees * 10)
}
