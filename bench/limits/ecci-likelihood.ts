import { ecciLaw, ecciLists } from '#use-cases/ecci-domain.ts'
import type { EcciRecord } from '#use-cases/ecci-event.ts'
import { type Persona, favouriteShare, mixTypes } from '#use-cases/ecci-personas.ts'
import { normalCdf } from './normal-cdf.ts'

/** What a session must be to be judged: `events` in order. */
export type Interaction = Pick<
  EcciRecord,
  'session_id' | 'event_type' | 'product_category' | 'price' | 'time_on_page_seconds' | 'device_info'
>

/**
 * Log likelihood of a session's events, in order, but for their categories, which are counted, and for factors that all
 * personas have in common. `ended`: whether the session is over.
 */
export function logSession(
  persona: Persona,
  session: readonly Interaction[],
  ended: boolean,
): { log: number; categories: Float64Array } {
  const { meanEvents, mix, purchaseAfterCart, devices, dwell, price } = persona
  const device = ecciLists.deviceTypes.findIndex(type => type === session[0]?.device_info.device_type)
  let sum = Math.log(devices[device] ?? 0)
  sum += (session.length - 1) * Math.log(1 - 1 / meanEvents) + (ended ? Math.log(1 / meanEvents) : 0)
  const categories = new Float64Array(ecciLists.productCategories.length)
  session.forEach((event, index) => {
    const isPurchase = event.event_type === 'purchase'
    const followsCart = session[index - 1]?.event_type === 'add_to_cart'
    if (followsCart) sum += Math.log(isPurchase ? purchaseAfterCart : 1 - purchaseAfterCart)
    // The first event's type has the same law for all.
    if (index > 0 && !isPurchase)
      sum += Math.log(mix[mixTypes.findIndex(type => type === event.event_type)] ?? 0)
    sum += logDwell(event.time_on_page_seconds, dwell)
    // A purchase repeats the product of the cart: nothing new.
    if (isPurchase || event.price === null) return
    sum += logPrice(event.price, price)
    const category = ecciLists.productCategories.findIndex(name => name === event.product_category)
    categories[category] = (categories[category] ?? 0) + 1
  })
  return { log: sum, categories }
}

interface LogNormal {
  median: number
  sigma: number
}

/** Probability of an integer dwell that was clipped to its range. */
function logDwell(seconds: number, law: LogNormal): number {
  const [low, high] = ecciLaw.timeOnPage
  const upper = seconds >= high ? 1 : normalCdf(standardise(seconds + 0.5, law))
  const lower = seconds <= low ? 0 : normalCdf(standardise(seconds - 0.5, law))
  return Math.log(Math.max(upper - lower, Number.MIN_VALUE))
}

/** Density of the logarithm of the price; a mass where it was clipped. */
function logPrice(price: number, law: LogNormal): number {
  const [low, high] = ecciLaw.price
  if (price <= low) return Math.log(normalCdf(standardise(low, law)))
  if (price >= high) return Math.log(normalCdf(-standardise(high, law)))
  return -Math.log(law.sigma) - standardise(price, law) ** 2 / 2
}

function standardise(value: number, { median, sigma }: LogNormal): number {
  return Math.log(value / median) / sigma
}

/**
 * Log likelihood of how often a customer looked at each category. A loyal buyer's two favourites are unknown: it is the
 * mean over all pairs.
 */
export function logCategories({ categories }: Persona, counts: Float64Array): number {
  if (categories)
    return counts.reduce((sum, count, index) => sum + count * Math.log(categories[index] ?? 0), 0)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const other = Math.log((1 - 2 * favouriteShare) / (counts.length - 2))
  const gain = Math.log(favouriteShare) - other
  const pairs: number[] = []
  for (let first = 0; first < counts.length; first++) {
    for (let second = first + 1; second < counts.length; second++) {
      pairs.push((counts[first] ?? 0) + (counts[second] ?? 0))
    }
  }
  // Relative to the largest, so that nothing overflows.
  const most = Math.max(...pairs)
  const mean = pairs.reduce((sum, count) => sum + Math.exp(gain * (count - most)), 0) / pairs.length
  return total * other + gain * most + Math.log(mean)
}
