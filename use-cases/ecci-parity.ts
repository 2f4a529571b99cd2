import { type EcciEventType, ecciLaw, ecciLists, ecciParityLaw } from './ecci-domain.ts'
import { type Sources, drawLocation, drawProductId, drawQuery } from './ecci-draws.ts'
import { type EcciRecord, type Page, type Product, productPage, searchPage } from './ecci-event.ts'
import type { EcciSettings } from './ecci-generator.ts'
import type { EventGenerator, Item } from './generator.ts'
import {
  type Random,
  chance,
  integerBetween,
  normal,
  pick,
  pickWeighted,
  round,
  uniform,
  createUuids,
} from './random.ts'
import { formatTimestamp } from './timestamp.ts'

interface Session {
  customerId: string
  sessionId: string
  lastMs: number
  events: number
  focus: Product | null
}

/**
 * The reference system's algorithm, tick by tick, with its defect: after about three minutes 500 sessions live for
 * ever, no customer comes any more, and 30 % of the ticks bring no event.
 */
export function createParityEcci({
  options,
  random,
  faker,
  startMs,
  rate = options['event-rate-per-minute'] / 60,
}: EcciSettings): EventGenerator<EcciRecord> {
  if (options.drift !== '') throw noDrift()
  let sessions: Session[] = []
  const sources = { random, faker, uuid: createUuids(random, startMs) }
  const { uuid } = sources
  let pauseMs = 1000 / rate
  // At rates of a thousand a second and more the reference system's shortest pause would decide alone.
  const minPauseMs = () => Math.min(ecciParityLaw.minPauseMs, pauseMs / 1000)
  let timeMs = startMs
  let events = 0
  let ticks = 0

  const chooseSession = (): Session | null => {
    const isIdle = ({ lastMs }: Session) => timeMs - lastMs >= ecciParityLaw.timeoutMs
    if (chance(random, ecciParityLaw.cleanup)) sessions = sessions.filter(session => !isIdle(session))
    if (sessions.length > 0 && chance(random, ecciParityLaw.continueSession)) {
      const session = pick(random, sessions)
      if (!isIdle(session)) return session
      sessions = sessions.filter(other => other !== session)
    }
    if (sessions.length >= ecciParityLaw.maxSessions) return null
    const session = {
      customerId: uuid(),
      sessionId: uuid(),
      lastMs: timeMs,
      events: 0,
      focus: null,
    }
    sessions.push(session)
    return session
  }

  const next = (): Item<EcciRecord> => {
    for (;;) {
      const nowMs = timeMs
      const session = chooseSession()
      ticks++
      const item = session && {
        kind: 'event' as const,
        timeMs: nowMs,
        key: null,
        record: drawEvent(sources, session, nowMs),
      }
      const pause = pauseMs * (1 + ecciParityLaw.pauseSigma * normal(random))
      timeMs = round(timeMs + Math.max(minPauseMs(), pause), 3)
      if (!item) continue
      events++
      return item
    }
  }
  return {
    next,
    drift: () => {
      throw noDrift()
    },
    setRate: wanted => {
      pauseMs = 1000 / wanted
    },
    drain: () => [],
    counters: () => ({ events, ticks, skippedTicks: ticks - events, activeSessions: sessions.length }),
  }
}

function drawEvent(sources: Sources, session: Session, nowMs: number): EcciRecord {
  const { random, uuid } = sources
  const event_type = drawType(random, session)
  const { page, seconds, quantity } = drawPage(sources, session, event_type)
  const isFirst = session.events === 0
  const device_info = {
    device_type: pick(random, ecciLists.deviceTypes),
    browser: pick(random, ecciLists.browsers),
    os: pick(random, ecciLists.operatingSystems),
  }
  const location = drawLocation(random)
  const referrer_url = isFirst ? pick(random, ecciLists.referrers) : null
  session.lastMs = nowMs
  session.events++
  const { product_id, product_category, price, page_url, search_query } = page
  return {
    event_id: uuid(),
    customer_id: session.customerId,
    session_id: session.sessionId,
    timestamp: formatTimestamp(nowMs),
    event_type,
    product_id,
    product_category,
    price,
    quantity,
    page_url,
    referrer_url,
    device_info,
    location,
    time_on_page_seconds: seconds,
    search_query,
    session_event_sequence: session.events,
  }
}

function drawType(random: Random, { events, focus }: Session): EcciEventType {
  if (events === 0) return chance(random, ecciLaw.firstPageView) ? 'page_view' : 'search'
  if (focus && chance(random, ecciParityLaw.focused)) {
    const type = drawMix(random, ecciParityLaw.focusedMix)
    return type === 'add_to_cart' && chance(random, ecciParityLaw.purchaseAfterCart) ? 'purchase' : type
  }
  return drawMix(random, ecciParityLaw.genericMix)
}

function drawMix(random: Random, mix: readonly (readonly [EcciEventType, number])[]): EcciEventType {
  return (
    mix[
      pickWeighted(
        random,
        mix.map(([, p]) => p),
      )
    ] as (typeof mix)[number]
  )[0]
}

interface DrawnPage {
  page: Page
  seconds: number
  quantity: number | null
}

function drawPage(sources: Sources, session: Session, type: EcciEventType): DrawnPage {
  const { random } = sources
  const seconds = ([low, high]: readonly [number, number]) => integerBetween(random, low, high)
  if (type === 'search') {
    const query = drawQuery(sources)
    session.focus = null
    return { page: searchPage(query), seconds: seconds(ecciParityLaw.timeOnPageSearch), quantity: null }
  }
  const product = {
    id: drawProductId(random),
    category: pick(random, ecciLists.productCategories),
    price: round(uniform(random, ecciLaw.price[0], ecciLaw.price[1]), 2),
  }
  let dwell = seconds(ecciLaw.timeOnPage)
  const isCart = type === 'add_to_cart' || type === 'purchase'
  const quantity = isCart ? seconds(ecciLaw.quantity) : null
  if (type === 'purchase') dwell = seconds(ecciParityLaw.timeOnPagePurchase)
  session.focus = type === 'purchase' || type === 'leave_review' ? null : product
  return { page: productPage(product), seconds: dwell, quantity }
}

function noDrift(): Error {
  return Object.assign(
    new Error(
      'ECCI in parity mode was given a drift; wanted realistic mode, which alone has personas to shift.',
    ),
    { code: 'DRIFT_UNSUPPORTED' },
  )
}
