import type { EcciEventType } from './ecci-domain.ts'
import type { ecciFields } from './ecci-fields.ts'
import type { KnownEventOf } from './fields.ts'

export type EcciKnown = KnownEventOf<typeof ecciFields>

/** Seconds on the page. */
export const dwell = (event: EcciKnown): number => event.time_on_page_seconds

export const is =
  (type: EcciEventType) =>
  (event: EcciKnown): boolean =>
    event.event_type === type

export const isProductView = (event: EcciKnown): boolean =>
  event.event_type === 'page_view' && event.product_id !== null

/** Price times quantity of a purchase; null otherwise. */
export function revenue({ event_type, price, quantity }: EcciKnown): number | null {
  return event_type === 'purchase' && price !== null ? price * (quantity ?? 1) : null
}
