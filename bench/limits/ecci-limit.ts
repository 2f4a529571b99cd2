import type { TruthRecord } from '#use-cases/generator.ts'
import { ecciLaw, ecciLists } from '#use-cases/ecci-domain.ts'
import type { EcciRecord } from '#use-cases/ecci-event.ts'
import { type Persona, favouriteShare, mixTypes, personas } from '#use-cases/ecci-personas.ts'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { normalCdf } from './normal-cdf.ts'

export interface EcciLimit {
  /** Adjusted Rand index of the exact assignment against the personas, over sessions. */
  ari: number
  /** Share of sessions assigned to their persona. */
  accuracy: number
  /** Finished sessions of which every event was given. */
  sessions: number
  /** The most probable persona of each of them, by session id. */
  assignments: ReadonlyMap<string, string>
}

/** What a session must be to be judged: `events` in order. */
export type Interaction = Pick<
  EcciRecord,
  'session_id' | 'event_type' | 'product_category' | 'price' | 'time_on_page_seconds' | 'device_info'
>

/**
 * What the exact Bayes assignment of finished sessions reaches on a `realistic` stream, given the table of personas and
 * no more than the session's own events: a learner that also remembers customers may do better.
 */
export function ecciLimit(events: readonly Interaction[], truths: readonly TruthRecord[]): EcciLimit {
  const sessions = Map.groupBy(events, ({ session_id }) => session_id)
  const finished = truths.filter(
    ({ session_id, events: count }) => sessions.get(session_id)?.length === count,
  )
  const assignments = new Map(
    finished.map(({ session_id }) => [session_id, mostProbable(sessions.get(session_id) ?? [])]),
  )
  const assigned = finished.map(({ session_id }) => assignments.get(session_id) ?? '')
  const actual = finished.map(({ persona }) => persona)
  return {
    ari: adjustedRandIndex(assigned, actual),
    accuracy: actual.filter((persona, index) => persona === assigned[index]).length / actual.length,
    sessions: finished.length,
    assignments,
  }
}

function mostProbable(session: readonly Interaction[]): string {
  let best = -Infinity
  let name = ''
  for (const persona of personas) {
    const score = logJoint(persona, session)
    if (score > best) {
      best = score
      name = persona.name
    }
  }
  return name
}

/** Logarithm of share times likelihood, but for factors that all personas have in common. */
export function logJoint(persona: Persona, session: readonly Interaction[]): number {
  const { share, meanEvents, mix, purchaseAfterCart, devices, dwell, price } = persona
  const device = ecciLists.deviceTypes.findIndex(type => type === session[0]?.device_info.device_type)
  let sum = Math.log(share) + Math.log(devices[device] ?? 0)
  sum += (session.length - 1) * Math.log(1 - 1 / meanEvents) + Math.log(1 / meanEvents)
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
  return sum + logCategories(persona, categories)
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

/** A loyal buyer's two favourites are unknown: the likelihood is the mean over all pairs. */
function logCategories({ categories }: Persona, counts: Float64Array): number {
  if (categories)
    return counts.reduce((sum, count, index) => sum + count * Math.log(categories[index] ?? 0), 0)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const other = Math.log((1 - 2 * favouriteShare) / (counts.length - 2))
  const gain = Math.log(favouriteShare) - other
  let mean = 0
  let pairs = 0
  for (let first = 0; first < counts.length; first++) {
    for (let second = first + 1; second < counts.length; second++) {
      // At most some dozens of events with a gain of 2.5 each: far from overflow.
      mean += Math.exp(gain * ((counts[first] ?? 0) + (counts[second] ?? 0)))
      pairs++
    }
  }
  return total * other + Math.log(mean / pairs)
}
