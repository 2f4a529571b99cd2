import { type EcciKnown, dwell, is } from './ecci-measures.ts'
import type { EntityWindow } from './windows/entity-window.ts'

/** What has happened in the session so far. */
export const ecciSessionWindows: readonly EntityWindow<EcciKnown, 'session_id'>[] = [
  {
    name: 'session_events',
    description: 'Interactions of the session.',
    key: 'session_id',
    kind: 'count',
    windowMs: 'forever',
  },
  {
    name: 'session_time_on_site',
    description: 'Seconds spent on pages in the session.',
    key: 'session_id',
    kind: 'sum',
    of: dwell,
    windowMs: 'forever',
  },
  {
    name: 'session_mean_price',
    description: 'Mean price of the products seen in the session.',
    key: 'session_id',
    kind: 'mean',
    of: event => event.price,
    windowMs: 'forever',
  },
  {
    name: 'session_search_share',
    description: 'Share of the interactions of the session that are searches.',
    key: 'session_id',
    kind: 'share',
    where: is('search'),
    windowMs: 'forever',
  },
  {
    name: 'session_add_to_carts',
    description: 'Times that something was put into the cart in the session.',
    key: 'session_id',
    kind: 'count',
    where: is('add_to_cart'),
    windowMs: 'forever',
  },
  {
    name: 'session_seconds_since_last',
    description: 'Seconds since the last interaction of the session.',
    key: 'session_id',
    kind: 'sinceLast',
    windowMs: 'forever',
  },
]
