import { type EcciEventType, ecciLaw, ecciLists } from './ecci-domain.ts'
import type { Customer } from './ecci-customers.ts'
import { type EcciRecord, type Product, productPage, searchPage } from './ecci-event.ts'
import { type Sources, drawLocation, drawProductId, drawQuery } from './ecci-draws.ts'
import { mixTypes } from './ecci-personas.ts'
import { type Random, chance, integerBetween, lognormal, pick, pickWeighted, round } from './random.ts'
import { formatTimestamp } from './timestamp.ts'

/** A visit under way. Device and place are fixed for its life. */
export interface EcciSession {
  readonly sessionId: string
  readonly customer: Customer
  readonly device: EcciRecord['device_info']
  readonly location: EcciRecord['location']
  /** Time of the first event. */
  startMs: number
  events: number
  /** What the last event put into the cart, while it may still be bought. */
  cart: { product: Product; quantity: number } | null
}

export function openSession({ random, uuid }: Sources, customer: Customer): EcciSession {
  return {
    sessionId: uuid(),
    customer,
    device: {
      device_type: ecciLists.deviceTypes[pickWeighted(random, customer.persona.devices)] as string,
      browser: pick(random, ecciLists.browsers),
      os: pick(random, ecciLists.operatingSystems),
    },
    location: drawLocation(random),
    startMs: NaN,
    events: 0,
    cart: null,
  }
}

/** The next event of a session, and whether it is the last: their number is geometric. */
export function advanceSession(sources: Sources, session: EcciSession, nowMs: number) {
  const { random, uuid } = sources
  const { customer, device, location, sessionId } = session
  const { persona } = customer
  const isFirst = session.events === 0
  if (isFirst) session.startMs = nowMs
  const { cart } = session
  const isPurchase = cart !== null && chance(random, persona.purchaseAfterCart)
  const event_type = isPurchase ? 'purchase' : drawType(random, session)
  const product = isPurchase ? cart.product : drawProduct(random, customer)
  const page = event_type === 'search' ? searchPage(drawQuery(sources)) : productPage(product)
  const quantity = drawQuantity(random, event_type, cart)
  session.cart = event_type === 'add_to_cart' && quantity !== null ? { product, quantity } : null
  session.events++
  const { product_id, product_category, price, page_url, search_query } = page
  const record: EcciRecord = {
    event_id: uuid(),
    customer_id: customer.id,
    session_id: sessionId,
    timestamp: formatTimestamp(nowMs),
    event_type,
    product_id,
    product_category,
    price,
    quantity,
    page_url,
    referrer_url: isFirst ? pick(random, ecciLists.referrers) : null,
    device_info: { ...device },
    location: { ...location },
    time_on_page_seconds: drawDwell(random, customer),
    search_query,
    session_event_sequence: session.events,
  }
  return { record, isLast: chance(random, 1 / persona.meanEvents) }
}

function drawType(random: Random, { events, customer }: EcciSession): EcciEventType {
  if (events === 0) return chance(random, ecciLaw.firstPageView) ? 'page_view' : 'search'
  return mixTypes[pickWeighted(random, customer.persona.mix)] as EcciEventType
}

function drawProduct(random: Random, { persona, categories }: Customer): Product {
  const { median, sigma } = persona.price
  return {
    id: drawProductId(random),
    category: ecciLists.productCategories[pickWeighted(random, categories)] as string,
    price: round(clip(lognormal(random, median, sigma), ecciLaw.price), 2),
  }
}

function drawQuantity(random: Random, type: EcciEventType, cart: EcciSession['cart']): number | null {
  if (type === 'purchase') return cart?.quantity ?? null
  return type === 'add_to_cart' ? integerBetween(random, ecciLaw.quantity[0], ecciLaw.quantity[1]) : null
}

function drawDwell(random: Random, { persona }: Customer): number {
  const { median, sigma } = persona.dwell
  return clip(Math.round(lognormal(random, median, sigma)), ecciLaw.timeOnPage)
}

function clip(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value))
}
